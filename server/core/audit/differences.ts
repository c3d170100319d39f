import { toTime } from '../clock.ts'
import type { Attempt, Checkout, Refund } from '../checkout.ts'

type Value = string | number | boolean | null

/** A stored value that the history does not lead to. */
export interface Difference {
  readonly field: string
  readonly expected: Value
  readonly stored: Value
}

type Fields = Readonly<Record<string, Value>>

/** For a person to read. An impossible time is shown as the number that it is. */
export const describe = ({ field, expected, stored }: Difference): string =>
  `${field}: expected ${shown(field, expected)}, stored ${shown(field, stored)}`

const shown = (field: string, value: Value): string =>
  field.endsWith('At') && typeof value === 'number' && Math.abs(value) <= 8.64e15
    ? toTime(value)
    : String(value)

/** Every audited field in which a checkout differs from the one that its history leads to. */
export const differences = (expected: Checkout, stored: Checkout): readonly Difference[] => [
  ...compare(ofCheckout(expected), ofCheckout(stored)),
  ...compareLists('attempt', expected.attempts, stored.attempts, (one, other) => [
    ...compare(ofAttempt(one), ofAttempt(other)),
    ...compare(mutable(one), mutable(other)),
    ...compareEnd(one, other),
  ]),
  ...compareLists('refund', expected.refunds, stored.refunds, (one, other) =>
    compare(ofRefund(one), ofRefund(other)),
  ),
]

/** In how many fields an attempt differs that only a line about this attempt can change. */
export const countOwnDifferences = (expected: Attempt, stored: Attempt): number =>
  compare(ofAttempt(expected), ofAttempt(stored)).length

const ofCheckout = (checkout: Checkout): Fields => ({
  status: checkout.status,
  version: checkout.version,
  createdAt: checkout.createdAt,
  expiresAt: checkout.expiresAt,
  closing: checkout.closing,
  paidAt: checkout.paidAt,
  paidAttemptId: checkout.paidAttemptId,
  late: checkout.late,
  review: checkout.review,
  reviewClosedAt: checkout.reviewClosedAt,
})

const ofAttempt = (attempt: Attempt): Fields => ({
  hasProviderRef: attempt.providerRef !== null,
  hasPaymentRef: attempt.paymentRef !== null,
  outcome: attempt.outcome,
  reason: attempt.reason,
  providerCode: attempt.providerCode,
  paidAt: attempt.paidAt,
  paidAmount: attempt.paidAmount,
  cancelSentAt: attempt.cancelSentAt,
  cancelRefused: attempt.cancelRefused,
  decisionRequestedAt: attempt.decisionRequestedAt,
  captureRequestedAt: attempt.captureRequestedAt,
  shopDecision: attempt.shopDecision,
  codesTried: attempt.codesTried,
  codeRefused: attempt.codeRefused,
  uncertain: attempt.uncertain,
  doubt: attempt.doubt && `${attempt.doubt.about} ×${attempt.doubt.count}`,
})

/** What a line about another attempt, the checkout or the clock can change as well. */
const mutable = (attempt: Attempt): Fields => ({
  isOpen: attempt.endedAt === null,
  startedAt: attempt.startedAt,
  approvalExpiresAt: attempt.approvalExpiresAt,
  approvedAt: attempt.approvedAt,
  cancelRequested: attempt.cancelRequested,
})

const ofRefund = (refund: Refund): Fields => ({
  id: refund.id,
  amount: refund.amount,
  status: refund.status,
  settledAt: refund.settledAt,
  closedAs: refund.closed?.as ?? null,
  closedAt: refund.closed?.at ?? null,
})

/** The end of an unpaid attempt is pulled back, without a line, when the clock was ahead at that time. */
function compareEnd(expected: Attempt, stored: Attempt): readonly Difference[] {
  const wasPulledBack =
    expected.endedAt !== null &&
    stored.endedAt !== null &&
    stored.endedAt < expected.endedAt &&
    expected.paidAt !== expected.endedAt
  return wasPulledBack ? [] : compare({ endedAt: expected.endedAt }, { endedAt: stored.endedAt })
}

function compareLists<Each>(
  name: string,
  expected: readonly Each[],
  stored: readonly Each[],
  compareTwo: (expected: Each, stored: Each) => readonly Difference[],
): readonly Difference[] {
  const counts = compare({ [`${name}s`]: expected.length }, { [`${name}s`]: stored.length })
  const each = expected.flatMap((one, index) => {
    const other = stored[index]
    return other === undefined
      ? []
      : compareTwo(one, other).map((difference) => ({
          ...difference,
          field: `${name} ${index + 1} ${difference.field}`,
        }))
  })
  return [...counts, ...each]
}

export const compare = (
  expected: Fields,
  stored: Readonly<Record<string, unknown>>,
): readonly Difference[] =>
  Object.entries(expected).flatMap(([field, value]) =>
    stored[field] === value ? [] : [{ field, expected: value, stored: scalar(stored[field]) }],
  )

/** A stored value of any other type is nothing that was ever written. */
const scalar = (value: unknown): Value =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null
