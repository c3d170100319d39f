import type { NetgiroCheckoutEventMap } from './events.ts'
import { NetgiroCheckout } from './netgiro-checkout.ts'
import { explain } from './explain.ts'

// A page may load this twice, e.g. from a theme and a plugin: the first definition stays.
const first = customElements.get('netgiro-checkout')
if (!first) customElements.define('netgiro-checkout', NetgiroCheckout)
else if (first !== NetgiroCheckout)
  explain('secondCopy', 'netgiro-checkout', first, NetgiroCheckout)

declare global {
  interface HTMLElementTagNameMap {
    'netgiro-checkout': NetgiroCheckout
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroCheckoutEventMap {}
}
