/** The POS element class, its events and types. Importing this has no side effect; `netgiro-checkout/pos/define` registers the tag. */
export { NetgiroPos } from './netgiro-pos.ts'
export type { NetgiroPosEventMap } from './events.ts'
export {
  NetgiroCheckoutEvent,
  NetgiroErrorEvent,
  type NetgiroStatusEvent,
  type Outcome,
} from '../events.ts'
export type { ErrorCode } from '../checkout-client.ts'
// `World` is the previous name of `Platform`.
export type { Platform, Platform as World } from '../platform.ts'
export type { Snapshot, Status } from '../../server/protocol/index.ts'
