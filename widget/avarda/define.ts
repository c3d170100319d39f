import type { NetgiroCheckoutEventMap } from '../events.ts'
import { AvardaCheckout } from './avarda-checkout.ts'

// A page may load this twice: the first definition stays.
if (!customElements.get('avarda-checkout')) {
  customElements.define('avarda-checkout', AvardaCheckout)
}

declare global {
  interface HTMLElementTagNameMap {
    'avarda-checkout': AvardaCheckout
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroCheckoutEventMap {}
}
