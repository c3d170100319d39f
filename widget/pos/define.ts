import type { NetgiroPosEventMap } from './events.ts'
import { NetgiroPos } from './netgiro-pos.ts'
import { explain } from '../explain.ts'

// A page may load this twice, e.g. from a theme and a plugin: the first definition stays.
const first = customElements.get('netgiro-pos')
if (!first) customElements.define('netgiro-pos', NetgiroPos)
else if (first !== NetgiroPos) explain('secondCopy', 'netgiro-pos', first, NetgiroPos)

declare global {
  interface HTMLElementTagNameMap {
    'netgiro-pos': NetgiroPos
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroPosEventMap {}
}
