import type { NetgiroPosEventMap } from './events.ts'
import { NetgiroPos } from './netgiro-pos.ts'

// Two copies on one page: the first one stays.
if (!customElements.get('netgiro-pos')) customElements.define('netgiro-pos', NetgiroPos)

declare global {
  interface HTMLElementTagNameMap {
    'netgiro-pos': NetgiroPos
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroPosEventMap {}
}
