import type {} from 'netgiro-checkout/types/preact'

export const tag = (
  <netgiro-checkout
    session="cs_1"
    locale="is"
    className="payment"
    onnetgiro-paid={({ snapshot }) => void snapshot.amount.toFixed()}
  />
)
// @ts-expect-error -- a language that the element does not have
export const wrong = <netgiro-checkout locale="fi" />
