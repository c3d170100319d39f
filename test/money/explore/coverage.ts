import type { Input } from '../../../server/core/checkout.ts'
import { historyTypeOf } from '../../../server/core/history.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { faults } from './provider-model.ts'
import type { Fault } from './provider-model.ts'

type Cause = Fault | 'none'

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

/** There is no such input here; the random model and tests of their own have it. */
const elsewhere: Causes = {}

/** For each input, the statuses in which it changes something within a few steps, and what it may come from there. */
const expected: Readonly<Record<Input['type'], Causes>> = {
  started: { open: honest },
  requested: { starting: honest, open: honest },
  refused: { starting: ['refused'] },
  not_sent: { starting: ['none', 'not_sent'] },
  // After a code nothing is certain anyway.
  unknown: { starting: ['none', ...lost], awaiting_shopper: lost, confirming: lost, open: lost },
  pending: { awaiting_shopper: honest, awaiting_code: honest },
  authorized: { awaiting_shopper: ['none', 'other_amount'], confirming: ['other_amount'] },
  paid: { awaiting_shopper: ['none', 'other_amount', 'unproven'], confirming: honest },
  ended: { awaiting_shopper: ['none', 'absent'], confirming: ['absent'], open: honest },
  too_late_to_cancel: { awaiting_shopper: honest, open: honest },
  cancel_requested: { starting: honest, awaiting_shopper: honest },
  closing: { open: honest, starting: honest, awaiting_shopper: honest },
  cancel_sent: { awaiting_shopper: honest, open: honest },
  // It is written together with the approval, or before the answer to a callback.
  capture_requested: { awaiting_shopper: honest, confirming: honest },
  capture_timed_out: { confirming: honest },
  start_abandoned: { starting: honest },
  ...{ decision_requested: { confirming: honest }, shop_decided: { confirming: honest } },
  ...{ code_given: { awaiting_code: honest }, code_refused: { awaiting_code: honest } },
  ...{ refund_requested: { paid: honest }, refunded: { paid: honest } },
  refund_refused: { paid: ['refused'] },
  refund_unsettled: { paid: ['not_sent', ...lost] },
  // After more steps than are explored in `npm test`; every state is taken to them, though.
  ...{ released: elsewhere, unresolved: elsewhere },
  ...{ duplicate_ref: elsewhere, predecessor_paid: elsewhere },
  // A try is counted without a line of its own, and nobody closes anything by hand.
  ...{ refund_tried: elsewhere, refund_closed: elsewhere, review_closed: elsewhere },
}

const requiredCells = (): readonly string[] =>
  Object.entries(expected).flatMap(([type, causes]) =>
    Object.entries(causes).flatMap(([status, all]) =>
      all.map((cause) =>
        cellOf(status as Status, historyTypeOf({ type: type as Input['type'] }), cause),
      ),
    ),
  )
