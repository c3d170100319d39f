import type { NetgiroCheckoutEventMap } from '../events.ts'
import { AvardaCheckout } from './avarda-checkout.ts'
import { explain } from '../explain.ts'

// A page may load this twice, e.g. from a theme and a plugin: the first definition stays.
const first = customElements.get('avarda-checkout')
if (!first) customElements.define('avarda-checkout', AvardaCheckout)
else if (first !== AvardaCheckout) explain('secondCopy', 'avarda-checkout', first, AvardaCheckout)

declare global {
  interface HTMLElementTagNameMap {
    'avarda-checkout': AvardaCheckout
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroCheckoutEventMap {}
}
