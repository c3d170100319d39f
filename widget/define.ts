import { defineOnce } from './define-once.ts'
import type { NetgiroCheckoutEventMap } from './events.ts'
import { NetgiroCheckout } from './netgiro-checkout.ts'

defineOnce('netgiro-checkout', NetgiroCheckout)

declare global {
  interface HTMLElementTagNameMap {
    'netgiro-checkout': NetgiroCheckout
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroCheckoutEventMap {}
}
