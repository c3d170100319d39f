import type { Checkout, EventType } from '../checkout.ts'
import type { OutboxEvent } from '../store.ts'
import { merchantView } from '../views.ts'
import type { MerchantView } from '../views.ts'
import { compare } from './differences.ts'

/** What is read of an event's body. */
interface Body {
  readonly type: unknown
  readonly data: { readonly checkout: Partial<MerchantView> }
}

/** An event, and the checkout that it reports to the shop. */
export interface Report {
  readonly event: OutboxEvent
  /** Null: the body cannot be read. */
  readonly checkout: Partial<MerchantView> | null
}

/** The stored events of a checkout by the version that they report; those that report none are under `NaN`. */
export function reportsByVersion(
  events: readonly OutboxEvent[],
): ReadonlyMap<number, readonly Report[]> {
  const byVersion = new Map<number, Report[]>()
  for (const event of events) {
    const checkout = checkoutIn(event)
    const version = checkout?.version ?? NaN
    byVersion.set(version, [...(byVersion.get(version) ?? []), { event, checkout }])
  }
  return byVersion
}

function checkoutIn({ type, body }: OutboxEvent): Report['checkout'] {
  try {
    const parsed = JSON.parse(body) as Body
    return parsed.type === type ? parsed.data.checkout : null
  } catch {
    return null
  }
}

/** The events that a line of the history leads to, and the checkout that they report. */
export interface ExpectedEvents {
  readonly types: readonly EventType[]
  readonly checkout: Checkout
  readonly at: number
  /** They may have been deleted since, one by one. */
  readonly mayBeGone: boolean
}

/** What is wrong with the stored events of one version; null: nothing. */
export function eventProblem(expected: ExpectedEvents, stored: readonly Report[]): string | null {
  let next = 0
  for (const type of expected.types) {
    if (stored[next]?.event.type === type) next++
    else if (!expected.mayBeGone) return `event ${type}: expected, not stored`
  }
  const extra = stored[next]
  if (extra) return `event ${extra.event.type} (${extra.event.id}): stored, not expected`
  for (const report of stored) {
    const problem = reportProblem(expected, report)
    if (problem !== null) return `event ${report.event.type} (${report.event.id}) ${problem}`
  }
  return null
}

function reportProblem({ checkout, at }: ExpectedEvents, report: Report): string | null {
  if (report.event.at !== at) return 'was stored at another time than the line of its version'
  const expected = moneyIn(merchantView(checkout, null))
  const stored: Readonly<Record<string, unknown>> = report.checkout ? moneyIn(report.checkout) : {}
  const [difference] = compare(expected, stored)
  return difference
    ? `reports ${difference.field} ${String(difference.stored)}, expected ${String(difference.expected)}`
    : null
}

/** What a body says about money and outcomes. The rest may be corrected or deleted later, or is not in the history. */
const moneyIn = (view: Partial<MerchantView>) => ({
  id: view.id ?? null,
  status: view.status ?? null,
  amount: view.amount ?? null,
  currency: view.currency ?? null,
  paidAt: view.paidAt ?? null,
  late: view.late ?? null,
  review: view.review ?? null,
  refundedAmount: view.refundedAmount ?? null,
  payments: list(view.payments, ({ attemptId, amount, paidAt }) => [attemptId, amount, paidAt]),
  refunds: list(view.refunds, ({ id, amount, status, settledAt }) => [
    ...[id, amount, status, settledAt],
  ]),
  attempts: list(view.attempts, ({ id, outcome, reason }) => [id, outcome, reason]),
})

const list = <Each>(
  items: readonly Each[] | undefined,
  fieldsOf: (item: Each) => readonly (string | number | null)[],
): string => JSON.stringify(items?.map(fieldsOf) ?? null)
