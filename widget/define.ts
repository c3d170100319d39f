import type { NetgiroCheckoutEventMap } from './events.ts'
import { NetgiroCheckout } from './netgiro-checkout.ts'

// Two copies on one page, e.g. a theme's and a plugin's: the first one stays.
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
