import { openAttempt } from '../checkout.ts'
import type { Checkout } from '../checkout.ts'
import type { Clock } from '../clock.ts'
import { noneUnderWay, underWayFrom } from './calls-under-way.ts'
import type { UnderWay } from './calls-under-way.ts'
import type { Timing } from './next-action.ts'

/** An open attempt as this process follows it. All of it is memory only, never what a payment depends on. */
export interface TrackedAttempt extends Timing {
  checkout: Checkout
  nextPollAt: number
  nextCancelAt: number
  lastCallAt: number
  trackedSince: number
  mustPoll: boolean
  cancelAgain: boolean
  underWay: UnderWay
  /** The provider's last report was that its payer has not been shown the request. */
  isUnseen: boolean
  /** Until when the provider's view may lag behind a callback that says that the payer approved, by `Clock.monotonic`. */
  lagsUntil: number
  /** Results in a row without an answer. */
  failures: number
  /** Cancellations and captures in a row that settled nothing. */
  repeats: number
  /** How often a review was put off because this process had been suspended past its time. */
  standstills: number
  /** The last turn failed on our own side. */
  isStalled: boolean
  turn: Promise<void> | null
  /** A callback's poll that waits for its turn; later callbacks join it. */
  pendingPoll: Promise<void> | null
}

const initialTiming = {
  nextPollAt: -Infinity,
  nextCancelAt: -Infinity,
  lastCallAt: -Infinity,
  underWay: noneUnderWay,
  mustPoll: false,
  cancelAgain: false,
  isUnseen: false,
  lagsUntil: -Infinity,
  failures: 0,
  repeats: 0,
  standstills: 0,
}

export function newTracked(
  checkout: Checkout,
  nextPollAt: number,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): TrackedAttempt {
  const open = openAttempt(checkout)
  // This process does not know what became of these calls: it polls before it repeats one, and they may still arrive.
  const wasCanceled = open?.cancelSentAt != null
  const wasCaptured = open?.captureRequestedAt != null
  const until = underWayFrom(clock.monotonic())
  return {
    ...initialTiming,
    ...{ checkout, nextPollAt, trackedSince: clock.now() },
    mustPoll: wasCanceled || wasCaptured || open?.uncertain === true,
    underWay: {
      cancel: wasCanceled ? until : -Infinity,
      capture: wasCaptured ? until : -Infinity,
      code: open?.uncertain && open.codesTried > 0 ? until : -Infinity,
    },
    ...{ isStalled: false, turn: null, pendingPoll: null },
  }
}

/** Goes on with a newer state of the checkout; what was remembered of an earlier attempt is dropped. */
export function follow(tracked: TrackedAttempt, checkout: Checkout): void {
  const before = openAttempt(tracked.checkout)
  const open = openAttempt(checkout)
  tracked.checkout = checkout
  if (before && open && before.id !== open.id) Object.assign(tracked, initialTiming)
}
