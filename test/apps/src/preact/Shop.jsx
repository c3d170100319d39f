import { useState } from 'preact/hooks'
import { connect, hear, orders, server } from '../app.js'

export function Shop() {
  const [shown, show] = useState(orders)
  connect(show)
  return shown.map(({ id, session, isShown }) =>
    isShown ? (
      <netgiro-checkout
        key={id}
        data-order={id}
        session={session}
        server={server}
        locale="en"
        onnetgiro-before-start={() => hear(id, 'before-start')}
        onnetgiro-paid={() => hear(id, 'paid')}
      >
        <p>Another way</p>
      </netgiro-checkout>
    ) : null,
  )
}
