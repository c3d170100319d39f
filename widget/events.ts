import {
  isFinal,
  type AttemptOutcome,
  type AttemptReason,
  type Snapshot,
} from '../server/protocol/index.ts'
import type { ErrorCode } from './checkout-client.ts'

/**
 * Base class of the element's events. `snapshot` is the state of the checkout when the event was dispatched.
 *
 * A `CustomEvent`, because pages with MooTools have another class in the place of `Event`.
 *
 * An event is never proof of payment, because any script can dispatch one. The shop's server is notified by webhook.
 */
export class NetgiroCheckoutEvent extends CustomEvent<null> {
  declare readonly snapshot: Snapshot | null
  /** The signed receipt of a paid checkout, which any backend can verify; undefined where there is none. */
  declare readonly receipt: string | undefined

  constructor(name: string, snapshot: Snapshot | null, cancelable = false) {
    super(`netgiro-${name}`, { bubbles: true, composed: true, cancelable })
    this.snapshot = snapshot
    this.receipt = snapshot?.receipt
  }
}

/** An error. The element shows a message about it by itself. */
export class NetgiroErrorEvent extends NetgiroCheckoutEvent {
  /** A problem code of the backend, one of the element's own codes, or the reason of a failed attempt. */
  declare readonly code: ErrorCode | AttemptReason

  constructor(code: ErrorCode | AttemptReason, snapshot: Snapshot | null) {
    super('error', snapshot)
    this.code = code
  }
}

/**
 * What a shopper is advised to do while a request waits: look into the app, expect an SMS without the app, send the
 * request again, or send a new one because this one is about to expire.
 */
export type HelpStage = 'open_app' | 'no_app' | 'send_again' | 'last_seconds'

/** A stage of help has appeared. */
export type NetgiroHelpEvent = NetgiroCheckoutEvent & { readonly stage: HelpStage }

/** A change that the backend reported; its snapshot is never null. */
export type NetgiroStatusEvent = NetgiroCheckoutEvent & { readonly snapshot: Snapshot }

export interface NetgiroCheckoutEventMap {
  /** Dispatched before a payment is requested; `preventDefault()` stops it. */
  'netgiro-before-start': NetgiroCheckoutEvent
  'netgiro-status': NetgiroStatusEvent
  'netgiro-paid': NetgiroStatusEvent
  'netgiro-declined': NetgiroStatusEvent
  'netgiro-canceled': NetgiroStatusEvent
  'netgiro-expired': NetgiroStatusEvent
  'netgiro-error': NetgiroErrorEvent
  /** While a request waits, dispatched once for each stage of help. */
  'netgiro-help': NetgiroHelpEvent
}

/** How a checkout ended, or the newest attempt of one that is open again. */
export type Outcome = AttemptOutcome | 'paid' | 'review'

export function outcomeOf({ status, lastAttempt }: Snapshot): Outcome | null {
  if (status === 'open') return lastAttempt?.outcome ?? null
  return isFinal(status) ? (status as Outcome) : null
}

/**
 * The events for a new snapshot in dispatch order: always `netgiro-status`, then the outcome if there is one, of the
 * checkout when its status has become final, of the attempt when the checkout is open again.
 */
export function eventsOf(before: Snapshot | null, now: Snapshot): NetgiroCheckoutEvent[] {
  const { status, lastAttempt } = now
  const events = [new NetgiroCheckoutEvent('status', now)]
  const outcome = outcomeOf(now)
  if (!outcome || outcome === 'review' || (status !== 'open' && status === before?.status)) {
    return events
  }
  events.push(
    outcome === 'failed'
      ? new NetgiroErrorEvent(lastAttempt?.reason as AttemptReason, now)
      : new NetgiroCheckoutEvent(outcome, now),
  )
  return events
}
