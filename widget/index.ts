/** The element class, its events and types. Importing this has no side effect; `netgiro-checkout/define` registers the tag. */
export { NetgiroCheckout } from './netgiro-checkout.ts'
export {
  NetgiroCheckoutEvent,
  NetgiroErrorEvent,
  type NetgiroCheckoutEventMap,
  type HelpStage,
  type NetgiroHelpEvent,
  type NetgiroStatusEvent,
  type Outcome,
} from './events.ts'
export type { NetgiroCheckoutAttributes } from './attributes.ts'
export type { ErrorCode } from './checkout-client.ts'
// `World` is the previous name of `Platform`.
export type { Platform, Platform as World } from './platform.ts'
export type {
  AttemptOutcome,
  AttemptReason,
  ProblemCode,
  Snapshot,
  Status,
} from '../server/protocol/index.ts'
