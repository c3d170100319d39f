import type { NetgiroCheckoutEventMap, NetgiroStatusEvent } from '../events.ts'

export interface NetgiroPosEventMap extends NetgiroCheckoutEventMap {
  /** The cashier is done: `snapshot` is how this sale ended, and the element waits for the next session. */
  'netgiro-next-sale': NetgiroStatusEvent
}
