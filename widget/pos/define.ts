import { defineOnce } from '../define-once.ts'
import type { NetgiroPosEventMap } from './events.ts'
import { NetgiroPos } from './netgiro-pos.ts'

defineOnce('netgiro-pos', NetgiroPos)

declare global {
  interface HTMLElementTagNameMap {
    'netgiro-pos': NetgiroPos
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged, so that every target knows the names
  interface GlobalEventHandlersEventMap extends NetgiroPosEventMap {}
}
