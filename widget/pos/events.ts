import type { NetgiroCheckoutEventMap, NetgiroStatusEvent } from '../events.ts'

export interface NetgiroPosEventMap extends NetgiroCheckoutEventMap {
  /** The cashier goes on to the next sale; `snapshot` is the last state of this one. */
  'netgiro-next-sale': NetgiroStatusEvent
}
