import type { NetgiroCheckoutEventMap } from './events.ts'
import { NetgiroCheckout } from './netgiro-checkout.ts'

// A page may load this twice, e.g. from a theme and a plugin: the first definition stays.
if (!customElements.get('netgiro-checkout')) {
  customElements.define('netgiro-checkout', NetgiroCheckout)
}

declare global {
  interface HTMLElementTagNameMap {
    'netgiro-checkout': NetgiroCheckout
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroCheckoutEventMap {}
}
