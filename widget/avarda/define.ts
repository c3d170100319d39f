import { defineOnce } from '../define-once.ts'
import type { NetgiroCheckoutEventMap } from '../events.ts'
import { AvardaCheckout } from './avarda-checkout.ts'

defineOnce('avarda-checkout', AvardaCheckout)

declare global {
  interface HTMLElementTagNameMap {
    'avarda-checkout': AvardaCheckout
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroCheckoutEventMap {}
}
