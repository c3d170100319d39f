import type {} from 'netgiro-checkout/types/react'
import { NetgiroCheckout } from 'netgiro-checkout/react'

export const tag = (
  <netgiro-checkout
    session="cs_1"
    locale="is"
    className="payment"
    theme="dark"
    app-url="netgiro://"
    onnetgiro-paid={({ snapshot }) => void snapshot.amount.toFixed()}
  />
)
export const component = (
  <NetgiroCheckout session="cs_1" locale="en" onPaid={({ snapshot }) => void snapshot.reference} />
)
export const worded = (
  <NetgiroCheckout session="cs_1" messages={{ send: 'Pay', status: { paid: ['Paid', ''] } }} />
)
// @ts-expect-error -- a language that the element does not have
export const wrong = <netgiro-checkout locale="fi" />
