/** The class around Avarda's form, its events and types. Importing this registers nothing: `netgiro-checkout/avarda/define` does. */
export { AvardaCheckout } from './avarda-checkout.ts'
export {
  NetgiroCheckoutEvent,
  NetgiroErrorEvent,
  type NetgiroCheckoutEventMap,
  type NetgiroStatusEvent,
  type Outcome,
} from '../events.ts'
export type { ErrorCode } from '../checkout-client.ts'
export type { Platform, Platform as World } from '../platform.ts'
export type { Snapshot, Status } from '../../server/protocol/index.ts'
