import { useState } from 'react'
import { NetgiroCheckout } from 'netgiro-checkout/react'
import { connect, hear, orders, server } from '../app.js'

export function Shop() {
  const [shown, show] = useState(orders)
  connect(show)
  return shown.map(({ id, session, isShown }) =>
    isShown ? (
      <NetgiroCheckout
        key={id}
        data-order={id}
        className="payment"
        session={session}
        server={server}
        locale="en"
        onBeforeStart={() => hear(id, 'before-start')}
        onPaid={() => hear(id, 'paid')}
      >
        <p>Another way</p>
      </NetgiroCheckout>
    ) : null,
  )
}
