import type {
  Checkout,
  EventType,
  Evidence,
  Input,
  OperatorNote,
  RefundAnswer,
} from './checkout.ts'
import { historyTypeOf } from './history.ts'
import type { HistoryEntry } from './store.ts'
import { transition } from './transition.ts'

/** What inputs make of a checkout when they are applied one after the other, before it is written. */
export interface PendingChange {
  /** The same object as before where no input has changed anything. */
  readonly checkout: Checkout
  readonly entries: readonly HistoryEntry[]
  /** Each with the state of the checkout that it reports. */
  readonly events: readonly { readonly type: EventType; readonly checkout: Checkout }[]
  /** Inputs that get no line in the history, and are counted on the line of the input that they repeat. */
  readonly repeats: readonly Input[]
}

export function applyInputs(
  before: Checkout,
  inputs: readonly Input[],
  attemptId: string | null,
  now: number,
): PendingChange {
  let checkout = before
  const entries: HistoryEntry[] = []
  const events: { type: EventType; checkout: Checkout }[] = []
  const repeats: Input[] = []
  for (const input of inputs) {
    const change = transition(checkout, input, attemptId, now)
    if (change.kind === 'ignored') {
      if (hasCountedEffect(input)) repeats.push(input)
      continue
    }
    checkout = change.checkout
    if (change.isRepeat) {
      if ('evidence' in input) repeats.push(input)
      continue
    }
    for (const type of change.events) events.push({ type, checkout })
    entries.push(entryOf(input, before, { attemptId, version: checkout.version, at: now }))
  }
  return { checkout, entries, events, repeats }
}

/** Results of calls with an effect: one that changes nothing is counted anyway. */
const hasCountedEffect = (input: Input): boolean =>
  input.type === 'too_late_to_cancel' || (input.type === 'unknown' && input.effect)

const entryOf = (
  input: Input,
  before: Checkout,
  where: Pick<HistoryEntry, 'attemptId' | 'version' | 'at'>,
): HistoryEntry => ({
  ...where,
  type: historyTypeOf(input),
  evidence: evidenceOf(input, before),
})

/** What support reads beside the line of the history. */
function evidenceOf(input: Input, { refunds }: Checkout): Evidence | null {
  switch (input.type) {
    case 'refund_closed': {
      const refund = refunds.find(({ id }) => id === input.refundId)
      return byOperator(input.as, input, refund?.lastAnswer ?? null)
    }
    case 'review_closed':
      return byOperator(input.review, input, null)
    default:
      return 'evidence' in input ? input.evidence : null
  }
}

const byOperator = (
  code: string,
  { by, note }: OperatorNote,
  lastAnswer: RefundAnswer | null,
): Evidence => ({ call: 'operator', code, referenceId: null, operator: { by, note, lastAnswer } })
