import type { Input } from '../../../server/core/checkout.ts'
import { historyTypeOf } from '../../../server/core/history.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { faults } from './provider-model.ts'
import type { Fault } from './provider-model.ts'

/** What befalls a server, or its way to the database. */
export const troubles = ['crash', 'standstill', 'partition', 'lost_commit', 'takeover'] as const
export type Trouble = (typeof troubles)[number]

type Cause = Fault | Trouble | 'none'

/** Whatever a server is doing. */
const any = 'any'

const cellOf = (status: Status, input: string, cause: Cause) => `${status} × ${input} × ${cause}`

/** Counts which inputs changed something, by the status that they met and what happened to the call that they came from. */
export class Coverage {
  readonly #counts = new Map<string, number>()
  readonly #faults = new Set<Fault>()

  /** @param input - as the history names it */
  add(status: Status, input: string, cause: Cause): void {
    const cell = cellOf(status, input, cause)
    this.#counts.set(cell, (this.#counts.get(cell) ?? 0) + 1)
  }

  /** A call went wrong, whether or not that changed anything. */
  addFault(fault: Fault): void {
    this.#faults.add(fault)
  }

  /** Something befell a server, whatever it was doing. */
  addTrouble(status: Status, trouble: Trouble): void {
    this.add(status, any, trouble)
  }

  get cells(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** What all of these together have not met, though it can occur. */
  static missingIn(coverages: readonly Coverage[]): readonly string[] {
    const met = new Set(coverages.flatMap(({ cells }) => [...cells.keys()]))
    const happened = new Set(coverages.flatMap((coverage) => [...coverage.#faults]))
    return [
      ...requiredCells().filter((cell) => !met.has(cell)),
      ...faults.filter((fault) => !happened.has(fault)),
    ]
  }
}

type Causes = Readonly<Partial<Record<Status, readonly Cause[]>>>

const lost = ['lost_before', 'lost_after', 'late'] as const
const honest = ['none'] as const
/** It is written by a server that had stood still meanwhile, or to which the answer to its COMMIT is lost. */
const doubted = ['none', 'standstill', 'lost_commit'] as const

/** There is no such input here; the random model and tests of their own have it. */
const elsewhere: Causes = {}

/** For each input, the statuses in which it changes something within a few steps, and what it may come from there. */
const expected: Readonly<Record<Input['type'], Causes>> = {
  started: { open: doubted },
  requested: { starting: doubted, open: honest },
  refused: { starting: ['refused'] },
  not_sent: { starting: ['none', 'not_sent', 'standstill'] },
  // After a code nothing is certain anyway. A successor takes a request on its way for one that may have arrived.
  unknown: {
    starting: ['none', 'takeover', ...lost],
    ...{ awaiting_shopper: lost, confirming: lost, open: lost },
  },
  pending: { awaiting_shopper: doubted, awaiting_code: ['none', 'lost_commit'] },
  authorized: {
    awaiting_shopper: [...doubted, 'other_amount'],
    awaiting_code: ['lost_commit'],
    confirming: ['other_amount'],
  },
  paid: { awaiting_shopper: [...doubted, 'other_amount', 'unproven'], confirming: doubted },
  ended: { awaiting_shopper: [...doubted, 'absent'], confirming: ['absent'], open: doubted },
  too_late_to_cancel: { awaiting_shopper: doubted, open: honest },
  cancel_requested: { starting: doubted, awaiting_shopper: doubted },
  closing: {
    open: ['none', 'lost_commit'],
    ...{ starting: ['none', 'lost_commit'], awaiting_shopper: doubted },
  },
  cancel_sent: { awaiting_shopper: doubted, open: doubted },
  // It is written together with the approval, or before the answer to a callback.
  capture_requested: { awaiting_shopper: doubted, confirming: doubted },
  capture_timed_out: { confirming: honest },
  start_abandoned: { starting: doubted },
  ...{ decision_requested: { confirming: honest }, shop_decided: { confirming: honest } },
  code_given: { awaiting_code: ['none', 'lost_commit'] },
  code_refused: { awaiting_code: ['none', 'lost_commit'] },
  ...{ refund_requested: { paid: honest }, refunded: { paid: ['none', 'lost_commit'] } },
  refund_refused: { paid: ['refused'] },
  refund_unsettled: { paid: ['not_sent', ...lost] },
  // After more steps than are explored in `npm test`; every state is taken to them, though.
  ...{ released: elsewhere, unresolved: elsewhere },
  ...{ duplicate_ref: elsewhere, predecessor_paid: elsewhere },
  // A try is counted without a line of its own, and nobody closes anything by hand.
  ...{ refund_tried: elsewhere, refund_closed: elsewhere, review_closed: elsewhere },
}

const waiting = ['open', 'starting', 'awaiting_shopper', 'awaiting_code', 'confirming'] as const
const waitingOrOver = [...waiting, 'paid', 'canceled'] as const

/** In which statuses each befalls a server. Where a payment is over, little is written that could be refused or lost. */
const befalls: Readonly<Record<Trouble, readonly Status[]>> = {
  ...{ crash: waitingOrOver, standstill: waitingOrOver, takeover: waitingOrOver },
  ...{ partition: waiting, lost_commit: [...waiting, 'paid'] },
}

const requiredCells = (): readonly string[] => [
  ...troubles.flatMap((trouble) => befalls[trouble].map((status) => cellOf(status, any, trouble))),
  ...Object.entries(expected).flatMap(([type, causes]) =>
    Object.entries(causes).flatMap(([status, all]) =>
      all.map((cause) =>
        cellOf(status as Status, historyTypeOf({ type: type as Input['type'] }), cause),
      ),
    ),
  ),
]
