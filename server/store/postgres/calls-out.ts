import type { CallOut } from '../../core/ownership.ts'
import type { Lease } from './held-leases.ts'
import { partitionOf } from './partitions.ts'

/** Leases that this server stops acting on, and when no call about their checkouts is out any more. */
export interface Departure {
  readonly leases: readonly Lease[]
  readonly ended: Promise<void>
}

/** The calls about checkouts that this server has stopped acting on, until they end. */
export class CallsOut {
  readonly #ends = new Set<Promise<void>>()

  /** @returns the leases about which no call is out together, and each other one by itself: none waits for another one's calls */
  add(leases: readonly Lease[], calls: readonly CallOut[]): readonly Departure[] {
    const byPartition = new Map<number, Promise<void>[]>()
    for (const { checkoutId, ended } of calls) {
      const partition = partitionOf(checkoutId)
      byPartition.set(partition, [...(byPartition.get(partition) ?? []), ended])
      this.#ends.add(ended)
      void ended.finally(() => this.#ends.delete(ended))
    }
    const idle = leases.filter(({ partition }) => !byPartition.has(partition))
    const busy = leases.flatMap((lease) => {
      const ends = byPartition.get(lease.partition)
      return ends ? [{ leases: [lease], ended: allOf(ends) }] : []
    })
    return idle.length > 0 ? [{ leases: idle, ended: Promise.resolve() }, ...busy] : busy
  }

  /** Resolves when those that are out now have ended. */
  ended(): Promise<void> {
    return allOf([...this.#ends])
  }
}

const allOf = async (ends: readonly Promise<void>[]): Promise<void> => {
  await Promise.all(ends)
}
