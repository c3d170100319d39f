import {
  isFinal,
  type AttemptOutcome,
  type AttemptReason,
  type Snapshot,
} from '../server/protocol/index.ts'
import type { ErrorCode } from './checkout-client.ts'

/**
 * Something that the shop's page may want to know. `snapshot` is what the element knew at that moment.
 *
 * An event is never proof of payment: anybody can dispatch one. The shop's server learns the truth from the backend.
 */
export class NetgiroCheckoutEvent extends Event {
  readonly snapshot: Snapshot | null

  constructor(name: string, snapshot: Snapshot | null, cancelable = false) {
    super(`netgiro-${name}`, { bubbles: true, composed: true, cancelable })
    this.snapshot = snapshot
  }
}

/** Something did not work. The element shows a sentence about it by itself. */
export class NetgiroErrorEvent extends NetgiroCheckoutEvent {
  /** A problem code of the backend, the reason of a failed attempt, or `network`. */
  readonly code: ErrorCode | AttemptReason

  constructor(code: ErrorCode | AttemptReason, snapshot: Snapshot | null) {
    super('error', snapshot)
    this.code = code
  }
}

/** A change that the backend told of: its snapshot is always there. */
export type NetgiroStatusEvent = NetgiroCheckoutEvent & { readonly snapshot: Snapshot }

export interface NetgiroCheckoutEventMap {
  /** Before the request goes to the phone; `preventDefault()` keeps it from being sent. */
  'netgiro-before-start': NetgiroCheckoutEvent
  'netgiro-status': NetgiroStatusEvent
  'netgiro-paid': NetgiroStatusEvent
  'netgiro-declined': NetgiroStatusEvent
  'netgiro-canceled': NetgiroStatusEvent
  'netgiro-expired': NetgiroStatusEvent
  'netgiro-error': NetgiroErrorEvent
}

/** How a checkout ended, or the newest attempt of one that is open again. */
export type Outcome = AttemptOutcome | 'paid' | 'review'

export function outcomeOf({ status, lastAttempt }: Snapshot): Outcome | null {
  if (status === 'open') return lastAttempt?.outcome ?? null
  return isFinal(status) ? (status as Outcome) : null
}

/**
 * The events of one accepted snapshot, in the order in which they are dispatched: always `netgiro-status`, then the
 * outcome, if there is one: of the checkout when its status became final, of the attempt when it is open again.
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
      ? new NetgiroErrorEvent(lastAttempt?.reason ?? 'network', now)
      : new NetgiroCheckoutEvent(outcome, now),
  )
  return events
}
