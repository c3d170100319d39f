import { isFinal } from '../protocol.ts'
import type { AttemptOutcome, AttemptReason, Status } from '../protocol.ts'
import { openAttempt, refundable } from './checkout.ts'
import type {
  Attempt,
  Checkout,
  EndedBy,
  EventType,
  Fact,
  Payment,
  Refund,
  RefundSettled,
} from './checkout.ts'

/**
 * Every legal move. `paid` absorbs; a late payment overtakes `canceled` and `expired`; a reservation does not go back to
 * waiting, so what contradicts it is asked again and not believed.
 */
export const moves = {
  open: ['starting', 'confirming', 'paid', 'canceled', 'expired', 'review'],
  starting: [
    'awaiting_shopper',
    'awaiting_code',
    'confirming',
    'paid',
    'open',
    'canceled',
    'expired',
    'review',
  ],
  awaiting_shopper: [
    'awaiting_code',
    'confirming',
    'paid',
    'open',
    'canceled',
    'expired',
    'review',
  ],
  awaiting_code: [
    'awaiting_shopper',
    'confirming',
    'paid',
    'open',
    'canceled',
    'expired',
    'review',
  ],
  confirming: ['paid', 'open', 'canceled', 'expired', 'review'],
  paid: [],
  canceled: ['paid', 'review'],
  expired: ['paid', 'review'],
  review: [],
} as const satisfies Record<Status, readonly Status[]>

export interface Change {
  /** The very same object when the fact says nothing new. */
  readonly checkout: Checkout
  readonly events: readonly EventType[]
}

/** A report of "canceled" this soon after the request may only mean that the provider does not see it yet. */
const tooSoonToBelieve = 3_000

/** An unanswered request that ends this close to the end of its window ran out; it was not turned down. */
const closeToTheEnd = 5_000

/**
 * The heart: what a fact makes of a checkout. Pure. A fact that does not apply (heard twice, out of order, about an
 * attempt that is over) changes nothing.
 */
export function apply(
  checkout: Checkout,
  fact: Fact,
  attemptId: string | null,
  now: number,
): Change {
  const unchanged: Change = { checkout, events: [] }
  if (fact.type === 'started') {
    return checkout.status === 'open' && checkout.closing === null
      ? move(checkout, 'starting', { attempts: [...checkout.attempts, fact.attempt] })
      : unchanged
  }
  if (fact.type === 'closing') return close(checkout, fact.as)
  if (fact.type === 'refund_requested') return askRefund(checkout, fact.refund)
  if (fact.type === 'refunded' || fact.type === 'refund_refused')
    return settleRefund(checkout, fact, now)

  const attempt = checkout.attempts.find(({ id }) => id === attemptId)
  if (!attempt) return unchanged
  if (fact.type === 'paid') return settle(checkout, attempt, fact.payment, 'paid', now)
  if (attempt !== openAttempt(checkout)) return afterTheEnd(checkout, attempt, fact, now)

  const { status } = checkout
  switch (fact.type) {
    case 'requested': {
      const { providerRef, paceMs, form = null } = fact
      const known = { providerRef, paceMs, form, uncertain: false }
      return status === 'starting'
        ? move(checkout, 'awaiting_shopper', withAttempt(checkout, attempt, known))
        : unchanged
    }
    case 'refused':
      return end(checkout, attempt, fact.outcome, fact.reason, fact.evidence.code, now)
    case 'not_sent':
      return status === 'starting'
        ? end(checkout, attempt, 'failed', 'provider_unavailable', fact.evidence.code, now)
        : unchanged
    case 'unknown':
      return fact.effect ? amend(checkout, attempt, { uncertain: true }) : unchanged
    case 'pending': {
      // The usual answer, heard again: it is by far the most frequent fact.
      const { doubted, cancelRefused } = attempt
      if (status === fact.next && !attempt.uncertain && !doubted && !cancelRefused) return unchanged
      const { codesTried, codeRefused, uncertain } = attempt
      // A code whose answer was lost: the provider waits for one still, so it has not taken that one.
      const notTaken = codesTried > 0 && uncertain && fact.next === 'awaiting_code'
      // This soon it may only mean that the provider does not see it yet; said again, it is believed.
      if (notTaken && !attempt.doubted) return amend(checkout, attempt, { doubted: true })
      const certain = {
        ...{ uncertain: false, doubted: false, cancelRefused: false },
        codeRefused: codeRefused || notTaken,
      }
      return status === fact.next
        ? amend(checkout, attempt, certain)
        : move(checkout, fact.next, withAttempt(checkout, attempt, certain))
    }
    case 'approved':
      return settle(checkout, attempt, fact.payment, 'confirming', now)
    case 'ended': {
      const isTooSoon = now - attempt.startedAt < tooSoonToBelieve
      if (!fact.isFinal && !attempt.doubted && (isTooSoon || status === 'confirming')) {
        return amend(checkout, attempt, { doubted: true })
      }
      const [outcome, reason] = whyEnded(status, attempt, fact.by, now)
      return end(checkout, attempt, outcome, reason, fact.evidence.code, now)
    }
    case 'too_late_to_cancel':
      return amend(checkout, attempt, { cancelRefused: true, uncertain: false })
    case 'code_given':
      // A second one, where the first made a reservation, would take the money unseen: not before its answer is known.
      return status === 'awaiting_code' && !attempt.uncertain && attempt.cancelRequested === null
        ? changed(
            checkout,
            withAttempt(checkout, attempt, {
              codesTried: attempt.codesTried + 1,
              codeRefused: false,
              uncertain: true,
            }),
          )
        : unchanged
    case 'code_refused':
      return status === 'awaiting_code'
        ? amend(checkout, attempt, { codeRefused: true, uncertain: false })
        : unchanged
    case 'cancel_requested':
      return status === 'confirming' || attempt.cancelRequested
        ? unchanged
        : amend(checkout, attempt, { cancelRequested: fact.by })
    case 'authorized':
      return fact.approve
        ? amend(checkout, attempt, { authorized: true })
        : amend(checkout, attempt, { authorized: false, cancelRequested: 'shop' })
    case 'released':
      return end(checkout, attempt, 'canceled', 'canceled_by_shop', null, now)
    case 'lapsed':
      return end(checkout, attempt, 'expired', 'outcome_unknown', null, now)
    case 'unresolved':
      return move(checkout, 'review', withAttempt(checkout, attempt, { endedAt: now }), [
        'checkout.review',
      ])
  }
}

/**
 * What is heard of an attempt that is over. A request that lapsed, because nobody told whether it had arrived, may turn
 * out to have arrived: then it has a name, and while the checkout waits for nothing else its approval is as good as any.
 */
function afterTheEnd(checkout: Checkout, attempt: Attempt, fact: Fact, now: number): Change {
  const unchanged: Change = { checkout, events: [] }
  if (attempt.reason !== 'outcome_unknown') return unchanged
  if (fact.type === 'requested' && attempt.providerRef === null) {
    return amend(checkout, attempt, { providerRef: fact.providerRef, paceMs: fact.paceMs })
  }
  const isWanted = checkout.status === 'open' && attempt === checkout.attempts.at(-1)
  if (fact.type !== 'approved' || !isWanted) return unchanged
  const reopened = { ...attempt, outcome: null, reason: null, endedAt: null }
  const again = { ...checkout, attempts: checkout.attempts.with(-1, reopened) }
  return settle(again, reopened, fact.payment, 'confirming', now)
}

/** Money is believed only where the provider's amount and reference are ours; whatever it does not report is not held against it. */
function settle(
  checkout: Checkout,
  attempt: Attempt,
  reported: Payment,
  to: 'confirming' | 'paid',
  now: number,
): Change {
  const { amount, currency = null, reference } = reported
  const ours =
    (amount === null || amount === checkout.amount) &&
    (currency === null || currency === checkout.currency) &&
    (reference === null || reference === attempt.reference)
  const certain = { uncertain: false, doubted: false }
  const over = { ...certain, endedAt: attempt.endedAt ?? now }
  const settled = withAttempt(callOff(checkout, attempt), attempt, over)
  // Paid, though another one was before it and this one was to be called off: somebody has paid twice.
  if (to === 'paid' && isFinal(checkout.status) && attempt.endedAt === null)
    return changed(checkout, settled, ['checkout.review'])
  if (!ours) return move(checkout, 'review', settled, ['checkout.review'])
  if (to === 'confirming') {
    return checkout.status === 'confirming'
      ? amend(checkout, attempt, certain)
      : move(checkout, 'confirming', withAttempt(checkout, attempt, certain))
  }
  const { attempts } = settled
  const late = attempt.endedAt !== null
  const payment = { paidAt: now, paidAttemptId: attempt.id, late }
  return move(checkout, 'paid', { attempts, ...payment }, ['checkout.paid'])
}

/** A late payment, even one that is not ours, leaves no use for a request that is out: it is to be canceled, for the shopper must not pay twice. */
function callOff(checkout: Checkout, paid: Attempt): Checkout {
  const open = openAttempt(checkout)
  if (!open || open === paid) return checkout
  return { ...checkout, ...withAttempt(checkout, open, { cancelRequested: 'shop' }) }
}

function close(checkout: Checkout, as: 'canceled' | 'expired'): Change {
  const attempt = openAttempt(checkout)
  if (!attempt) return move(checkout, as, { closing: as }, [`checkout.${as}`])
  if (checkout.closing) return { checkout, events: [] }
  const cancelRequested = attempt.cancelRequested ?? (as === 'canceled' ? 'shop' : 'window')
  return changed(checkout, { closing: as, ...withAttempt(checkout, attempt, { cancelRequested }) })
}

function end(
  checkout: Checkout,
  attempt: Attempt,
  outcome: AttemptOutcome,
  reason: AttemptReason,
  providerCode: string | null,
  now: number,
): Change {
  const ended = { outcome, reason, providerCode, endedAt: now, uncertain: false }
  const { closing, status } = checkout
  if (isFinal(status)) return changed(checkout, withAttempt(checkout, attempt, ended))
  const events: EventType[] = ['checkout.attempt_failed']
  if (closing) events.push(`checkout.${closing}`)
  return move(checkout, closing ?? 'open', withAttempt(checkout, attempt, ended), events)
}

/** Where the provider says itself how it ended. */
const ends: Readonly<Record<Exclude<EndedBy, 'cancel'>, [AttemptOutcome, AttemptReason]>> = {
  decline: ['declined', 'declined'],
  shop: ['canceled', 'canceled_by_shop'],
  expiry: ['expired', 'no_answer'],
  failure: ['failed', 'canceled_or_failed'],
  hand_over: ['canceled', 'paid_another_way'],
}

/** [netgiro] 10201 is "payment canceled", whoever did it: ourselves, the shopper's "Hafna", or the cart's own end. */
function whyEnded(
  status: Status,
  attempt: Attempt,
  by: EndedBy,
  now: number,
): [AttemptOutcome, AttemptReason] {
  if (by !== 'cancel') return ends[by]
  if (attempt.cancelRequested === 'wrong_code') return ['failed', 'wrong_code']
  if (attempt.cancelRequested === 'shopper') return ['canceled', 'canceled_by_shopper']
  if (attempt.cancelRequested === 'shop') return ['canceled', 'canceled_by_shop']
  // It was reserved, and nobody here wanted it gone: our confirmation may yet have arrived.
  if (status === 'confirming') return ['expired', 'outcome_unknown']
  const ranOut = attempt.cancelRequested === 'window' || now >= attempt.windowEndsAt - closeToTheEnd
  return ranOut ? ['expired', 'no_answer'] : ['declined', 'declined']
}

/** Never more than was paid; what is under way counts, for it may have happened. */
function askRefund(checkout: Checkout, refund: Refund): Change {
  const isKnown = checkout.refunds.some(({ key }) => key === refund.key)
  return isKnown || refund.amount > refundable(checkout)
    ? { checkout, events: [] }
    : changed(checkout, { refunds: [...checkout.refunds, refund] })
}

function settleRefund(checkout: Checkout, { type, refundId }: RefundSettled, now: number): Change {
  const refund = checkout.refunds.find(({ id }) => id === refundId)
  const isRefunded = type === 'refunded'
  // Asked twice at once, a provider may say no to one and yes to the other: money that went back did go back.
  const isNews = refund?.status === 'pending' || (refund?.status === 'failed' && isRefunded)
  if (!refund || !isNews) return { checkout, events: [] }
  const settled = { ...refund, status: isRefunded ? 'refunded' : 'failed', settledAt: now } as const
  const refunds = checkout.refunds.map((one) => (one === refund ? settled : one))
  return changed(checkout, { refunds }, isRefunded ? ['checkout.refunded'] : [])
}

function move(
  checkout: Checkout,
  to: Status,
  patch: Partial<Checkout>,
  events: readonly EventType[] = [],
): Change {
  const legal: readonly Status[] = moves[checkout.status]
  return legal.includes(to)
    ? changed(checkout, { ...patch, status: to }, events)
    : { checkout, events: [] }
}

function changed(
  checkout: Checkout,
  patch: Partial<Checkout>,
  events: readonly EventType[] = [],
): Change {
  const next = { ...checkout, ...patch, version: checkout.version + 1 }
  return { checkout: isFinal(next.status) ? { ...next, options: null } : next, events }
}

function amend(checkout: Checkout, attempt: Attempt, patch: Partial<Attempt>): Change {
  const isNews = (Object.keys(patch) as (keyof Attempt)[]).some(
    (key) => attempt[key] !== patch[key],
  )
  return isNews
    ? changed(checkout, withAttempt(checkout, attempt, patch))
    : { checkout, events: [] }
}

const withAttempt = (checkout: Checkout, attempt: Attempt, patch: Partial<Attempt>) => ({
  attempts: checkout.attempts.map((one) => (one === attempt ? { ...attempt, ...patch } : one)),
})
