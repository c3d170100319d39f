/** The class, its events and types. Importing this registers nothing and touches no DOM: `netgiro-checkout/define` does. */
export { NetgiroCheckout } from './netgiro-checkout.ts'
export {
  NetgiroCheckoutEvent,
  NetgiroErrorEvent,
  type NetgiroCheckoutEventMap,
  type NetgiroStatusEvent,
  type Outcome,
} from './events.ts'
export type { ErrorCode } from './checkout-client.ts'
export type { Platform, Platform as World } from './platform.ts'
export type {
  AttemptOutcome,
  AttemptReason,
  ProblemCode,
  Snapshot,
  Status,
} from '../server/protocol/index.ts'
