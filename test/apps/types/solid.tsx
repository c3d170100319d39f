import type {} from 'netgiro-checkout/types/solid'

export const tag = (
  <netgiro-checkout
    session="cs_1"
    locale="is"
    class="payment"
    on:netgiro-paid={({ snapshot }) => void snapshot.amount.toFixed()}
  />
)
export const written = <netgiro-checkout attr:session="cs_1" attr:hand-off="/orders/1" />
// @ts-expect-error -- a language that the element does not have
export const wrong = <netgiro-checkout locale="fi" />
// @ts-expect-error -- an object, of which an attribute would say nothing
export const unreadable = <netgiro-checkout attr:snapshot={{ status: 'open' }} />
// @ts-expect-error -- a property that has no attribute
export const unwritable = <netgiro-checkout attr:messages={{ send: 'Pay' }} />
