import { attemptOfRefund, capturedAmount, refundable, refundedAmount } from '../checkout.ts'
import type {
  Checkout,
  EventType,
  Input,
  Refund,
  RefundAnswer,
  RefundCommand,
  RefundSettled,
  RefundUnsettled,
} from '../checkout.ts'
import { countTry, isOnlyTry, triesOf } from '../refund-tries.ts'
import { changed } from './change.ts'
import type { Changed, Transition } from './change.ts'
import { ignore, ignored } from './ignored.ts'
import type { InputOf, Table } from './table.ts'

/** The inputs about a refund that was requested before. */
export type RefundInput = RefundSettled | RefundUnsettled | RefundCommand

export const isRefundInput = (input: Input): input is RefundInput => 'refundId' in input

/** Never more than its payment took; a pending refund counts, for it may have happened. */
export function requestRefund(checkout: Checkout, refund: Refund): Transition {
  if (checkout.refunds.some(({ key }) => key === refund.key)) return ignored('duplicate')
  const attempt = attemptOfRefund(checkout, refund)
  if (!attempt) return ignored('unknown_attempt')
  return refund.amount > refundable(checkout, attempt)
    ? ignored('exceeds_refundable')
    : changed(checkout, { refunds: [...checkout.refunds, refund] })
}

type RefundTable = Table<Refund, RefundInput['type']>

const settled = ignore('refund_settled')

const pending = {
  // Only the count is recorded, without a line of the history for each try.
  refund_tried: (checkout, refund, _, now) =>
    repeated(checkout, refund, { tries: countTry(refund, now) }),
  refunded: (checkout, refund, _, now) => giveBack(checkout, refund, {}, now),
  refund_refused: (checkout, refund, input, now) =>
    isOnlyTry(refund) ? fail(checkout, refund, {}, now) : keepTrying(checkout, refund, input, now),
  refund_unsettled: keepTrying,
  refund_closed: (checkout, refund, input, now) =>
    input.as === 'refunded'
      ? giveBack(checkout, refund, { closed: closing(input, now) }, now)
      : fail(checkout, refund, { closed: closing(input, now) }, now),
} satisfies RefundTable

/** Money that went back did go back: requested twice at once, or closed in error by an operator. */
const failed = {
  refund_tried: settled,
  refunded: pending.refunded,
  refund_refused: settled,
  refund_unsettled: settled,
  refund_closed: (checkout, refund, input, now) =>
    input.as === 'refunded'
      ? pending.refund_closed(checkout, refund, input, now)
      : ignored('refund_settled'),
} satisfies RefundTable

/** What each input does to a refund in each of its statuses. */
export const refundIn = {
  pending,
  failed,
  refunded: {
    refund_tried: settled,
    refunded: settled,
    refund_refused: settled,
    refund_unsettled: settled,
    refund_closed: settled,
  },
} satisfies Record<Refund['status'], RefundTable>

const closing = ({ as, by, note }: InputOf<'refund_closed'>, now: number) => ({
  ...{ as, by, note, at: now },
})

/** Records an answer that settles nothing. The same answer again is only counted. */
function keepTrying(
  checkout: Checkout,
  refund: Refund,
  input: InputOf<'refund_refused' | 'refund_unsettled'>,
  now: number,
): Transition {
  const tries = triesOf(refund)
  const isRefusal = input.type === 'refund_refused'
  const isHarmless = isRefusal || !input.effect
  const type = isRefusal ? input.type : input.answer
  const lastAnswer: RefundAnswer = { ...input.evidence, type, at: now }
  const patch = {
    lastAnswer,
    tries: { ...tries, withoutEffect: tries.withoutEffect + (isHarmless ? 1 : 0) },
    ...(isRefusal && { doubtedAt: refund.doubtedAt ?? now }),
  }
  const isRepeat = refund.lastAnswer?.type === type && refund.lastAnswer.code === lastAnswer.code
  return isRepeat ? repeated(checkout, refund, patch) : replace(checkout, refund, patch)
}

/** More than was paid can go back where a refund was recorded as failed and made again: that needs a review. */
function giveBack(
  checkout: Checkout,
  refund: Refund,
  patch: Partial<Refund>,
  now: number,
): Transition {
  const made = { ...patch, status: 'refunded', settledAt: now } as const
  const refunds = withRefund(checkout, refund, made)
  if (!exceedsPayment({ ...checkout, refunds }, refund))
    return changed(checkout, { refunds }, ['checkout.refunded'])
  const openReview = checkout.reviewClosedAt === null ? checkout.review : null
  const review = openReview ?? 'refund_exceeds_payment'
  return changed(checkout, { refunds, review }, ['checkout.refunded', 'checkout.review'])
}

const fail = (checkout: Checkout, refund: Refund, patch: Partial<Refund>, now: number): Changed =>
  replace(checkout, refund, { ...patch, status: 'failed', settledAt: now }, [
    'checkout.refund_failed',
  ])

function exceedsPayment(checkout: Checkout, refund: Refund): boolean {
  const attempt = attemptOfRefund(checkout, refund)
  return attempt ? refundedAmount(checkout, attempt) > capturedAmount(checkout, attempt) : false
}

const withRefund = (checkout: Checkout, refund: Refund, patch: Partial<Refund>) =>
  checkout.refunds.map((one) => (one === refund ? { ...one, ...patch } : one))

const replace = (
  checkout: Checkout,
  refund: Refund,
  patch: Partial<Refund>,
  events: readonly EventType[] = [],
): Changed => changed(checkout, { refunds: withRefund(checkout, refund, patch) }, events)

/** Only a count has changed: the version, and with it the history, stays as it was. */
const repeated = (checkout: Checkout, refund: Refund, patch: Partial<Refund>): Changed => ({
  kind: 'changed',
  checkout: { ...checkout, refunds: withRefund(checkout, refund, patch) },
  events: [],
  isRepeat: true,
})
