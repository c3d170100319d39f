import { historyTypeOf } from '../../../server/core/history.ts'
import type { Input } from '../../../server/core/checkout.ts'
import { moves } from '../../../server/core/transition.ts'
import { endedAttempt } from '../../../server/core/transitions/ended-attempt.ts'
import { openAttemptIn } from '../../../server/core/transitions/open-attempt.ts'
import { refundIn } from '../../../server/core/transitions/refunds.ts'
import { isFinal } from '../../../server/protocol/index.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { cellOf, events } from './cells.ts'
import type { Cause } from './cells.ts'

type InputType = Input['type']
type Pair = readonly [status: Status, input: InputType]

/** From so many scenarios on, every cell that can occur must have occurred. Some take two rare things in one scenario. */
export const enoughScenarios = 40_000

const statuses = Object.keys(moves) as Status[]
const final = statuses.filter(isFinal)
const notFinal = statuses.filter((status) => !isFinal(status))
const all = statuses
const but = (...left: readonly Status[]) => all.filter((status) => !left.includes(status))

/** A handler that looks at nothing changes nothing. */
const changing = (table: Readonly<Record<string, { readonly length: number }>>) =>
  Object.entries(table).flatMap(([input, { length }]) => (length > 0 ? [input as InputType] : []))

const pairs = (of: readonly Status[], inputs: readonly InputType[]): readonly Pair[] =>
  of.flatMap((status) => inputs.map((input) => [status, input] as const))

/** Where the tables of the core have a handler that may change something. */
const inTables: readonly Pair[] = [
  ...statuses.flatMap((status) => pairs([status], changing(openAttemptIn[status]))),
  ...pairs(statuses, changing(endedAttempt)),
  ...pairs(['paid', 'review'], changing(refundIn.pending)),
  ...pairs(['paid', 'review'], ['refund_requested']),
  ...pairs(['open'], ['started']),
  ...pairs(notFinal, ['closing']),
  ...pairs([...notFinal, 'paid'], ['predecessor_paid']),
]

interface Exception {
  readonly in: readonly Status[]
  readonly inputs: readonly InputType[]
  readonly why: string
}

/** The tables say what an input would do there, but nothing sends it there. */
const impossible: readonly Exception[] = [
  { in: but('starting'), inputs: ['refused'], why: 'only a start is refused, in its own turn' },
  { in: but('confirming'), inputs: ['shop_decided'], why: 'the shop is asked about approvals' },
  { in: but('confirming'), inputs: ['released'], why: 'only approvals are released' },
  {
    in: but('awaiting_shopper', 'awaiting_code'),
    inputs: ['pending'],
    why: 'it takes nothing back',
  },
  { in: ['open'], inputs: ['cancel_requested'], why: 'its end was told' },
  { in: final, inputs: ['cancel_requested'], why: 'what is open then is being canceled already' },
  { in: ['starting'], inputs: ['pending', 'too_late_to_cancel'], why: 'there is no id to ask by' },
  { in: ['starting', ...final], inputs: ['authorized'], why: 'only the newest, of an open order' },
  { in: ['canceled', 'expired'], inputs: ['unknown', 'unresolved'], why: 'nothing is open there' },
  { in: ['canceled', 'expired'], inputs: ['too_late_to_cancel', 'ended'], why: 'the same' },
  { in: [...final, 'open'], inputs: ['start_abandoned'], why: 'such a request was not given up' },
  { in: ['confirming', 'awaiting_code'], inputs: ['start_abandoned'], why: 'it has an id' },
  { in: all, inputs: ['refund_tried'], why: 'it is counted without a line' },
  { in: all, inputs: ['refund_closed'], why: 'nobody closes refunds by hand here' },
  { in: ['awaiting_code'], inputs: ['unknown'], why: 'after a code nothing is certain anyway' },
  { in: but('starting'), inputs: ['duplicate_ref'], why: 'an id comes with the answer to a start' },
]

/** It takes more rare things in one scenario than tens of thousands of scenarios bring; tests of their own have it. */
const tooRare: readonly Exception[] = [
  {
    in: but('starting'),
    inputs: ['requested'],
    why: 'a lost answer, and a callback after the end',
  },
  {
    in: ['starting'],
    inputs: ['paid', 'ended', 'cancel_sent'],
    why: 'an older one ends meanwhile',
  },
  {
    in: [...final],
    inputs: ['cancel_sent'],
    why: 'a late approval, or two requests of which one is paid',
  },
  { in: ['paid', 'review'], inputs: ['unknown', 'too_late_to_cancel', 'ended'], why: 'the same' },
  { in: ['paid', 'review'], inputs: ['unresolved'], why: 'the same, and a silent provider' },
  {
    in: ['awaiting_code'],
    inputs: ['too_late_to_cancel'],
    why: 'a code and a cancellation at once',
  },
  { in: ['awaiting_code'], inputs: ['unresolved'], why: 'a silent provider for a whole lifetime' },
  {
    in: [...notFinal, 'paid'],
    inputs: ['predecessor_paid'],
    why: 'a late payment of a replaced order',
  },
  {
    in: ['review'],
    inputs: ['refund_refused', 'refund_unsettled'],
    why: 'a fault of a refund of what is in doubt',
  },
]

/** Exceptions of nothing: the tables have changed. */
export const staleExceptions = (): readonly Exception[] =>
  [...impossible, ...tooRare].filter(
    (exception) =>
      !inTables.some(
        ([status, input]) => exception.in.includes(status) && exception.inputs.includes(input),
      ),
  )

const isExcepted = ([status, input]: Pair): boolean =>
  [...impossible, ...tooRare].some(
    (exception) => exception.in.includes(status) && exception.inputs.includes(input),
  )

/** What a call that gives no sound answer leads to, where it changes something. */
const lost: readonly Cause[] = ['lost_before', 'lost_after', 'cut_off', 'unreadable']

/** Which inputs come from calls that go wrong, and what happened to those; every input occurs without a fault as well. */
const fromFaults: readonly (readonly [Status, InputType, readonly Cause[]])[] = [
  ['starting', 'unknown', lost],
  ['starting', 'requested', ['late', 'dripped', 'lost_after']],
  ['starting', 'not_sent', ['away']],
  ['awaiting_shopper', 'unknown', lost],
  ['awaiting_shopper', 'authorized', ['other_payment']],
  ['awaiting_shopper', 'paid', ['late', 'dripped', 'other_payment', 'false_state']],
  ['awaiting_shopper', 'ended', ['late', 'dripped', 'false_state']],
  ['awaiting_code', 'ended', ['false_state']],
  ['confirming', 'unknown', lost],
  ['confirming', 'ended', ['false_state']],
  ['confirming', 'authorized', ['other_payment']],
  ['confirming', 'paid', ['other_payment']],
  ['open', 'unknown', lost],
  ['open', 'ended', ['late', 'false_state']],
  ['paid', 'refunded', ['late', 'dripped']],
  ['paid', 'refund_refused', ['refusal']],
  ['paid', 'refund_unsettled', lost],
]

/** What occurs after a fault alone. */
const onlyFromFaults: Readonly<Partial<Record<InputType, readonly Status[]>>> = {
  refused: ['starting'],
  duplicate_ref: ['starting'],
  // Of a payment that is already known another amount is corrected, and a provider denies what it has taken.
  paid: ['paid', 'canceled', 'expired'],
  // At a start, also where a process ends before the answer.
  unknown: ['open', 'awaiting_shopper', 'confirming'],
  refund_refused: ['paid'],
}

/** A review is rare, and a request is seldom on its way between two steps. */
const rareEvents: readonly Status[] = ['review', 'starting']

/** Every cell that can occur in a long run. */
export function requiredCells(): readonly string[] {
  const line = (type: InputType) => historyTypeOf({ type })
  const honest = inTables.filter(
    (pair) => !isExcepted(pair) && !onlyFromFaults[pair[1]]?.includes(pair[0]),
  )
  const eventful = statuses.flatMap((status) =>
    events.flatMap((event) =>
      rareEvents.includes(status) && event !== 'a process ends' ? [] : [[status, event] as const],
    ),
  )
  return [
    ...new Set([
      ...honest.map(([status, input]) => cellOf(status, line(input), 'none')),
      ...fromFaults.flatMap(([status, input, causes]) =>
        causes.map((cause) => cellOf(status, line(input), cause)),
      ),
      ...eventful.map(([status, event]) => cellOf(status, event, 'none')),
    ]),
  ]
}

/** Cells without a fault that nobody waits for, because they take too long to occur. */
export const rareCells = (): readonly string[] =>
  tooRare.flatMap(({ in: some, inputs }) =>
    pairs(some, inputs)
      .filter((pair) => inTables.some(([status, input]) => status === pair[0] && input === pair[1]))
      .map(([status, type]) => cellOf(status, historyTypeOf({ type }), 'none')),
  )

/** What has not occurred though it can. `paid` of a paid order, and the like, may have come from any fault. */
export function missingCells(met: Iterable<string>): readonly string[] {
  const cells = new Set(met)
  const some = Object.entries(onlyFromFaults).flatMap(([input, inStatuses]) =>
    inStatuses.map((status) => `${status} × ${historyTypeOf({ type: input as InputType })} × `),
  )
  return [
    ...requiredCells().filter((cell) => !cells.has(cell)),
    ...some
      .filter((start) => ![...cells].some((cell) => cell.startsWith(start)))
      .map((start) => `${start}any`),
  ]
}
