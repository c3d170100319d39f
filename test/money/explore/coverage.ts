import type { Status } from '../../../server/protocol/index.ts'
import type { Fault } from './provider-model.ts'

/** Counts which inputs changed something, by the status that they met and what befell the call that they came from. */
export class Coverage {
  readonly #counts = new Map<string, number>()

  add(status: Status, input: string, fault: Fault | 'none'): void {
    const cell = `${status} × ${input} × ${fault}`
    this.#counts.set(cell, (this.#counts.get(cell) ?? 0) + 1)
  }

  get cells(): ReadonlyMap<string, number> {
    return this.#counts
  }
}
