import type { Fence } from './lease-table.ts'
import { partitionOf } from './partitions.ts'

/**
 * | from            | when                                                                | to      |
 * | --------------- | ------------------------------------------------------------------- | ------- |
 * | –               | the partition was free                                              | taken   |
 * | taken           | what its former owner left has been taken up                        | active  |
 * | taken, active   | it is to be given back, or the database may have lost commits       | leaving |
 * | leaving         | it could not be given back, or no call that began before is out     | taken   |
 * | leaving         | it was given back                                                   | –       |
 * | any             | another server owns it                                              | –       |
 */
export type LeasePhase = 'taken' | 'active' | 'leaving'

export interface Lease extends Fence {
  phase: LeasePhase
}

/** Null: the database knows of none. */
type KnownLease = { readonly [Key in keyof Fence]: Fence[Key] | null }

/** The leases that a server had when it last asked, one for each of its partitions. */
export class HeldLeases {
  readonly #byPartition = new Map<number, Lease>()

  get size(): number {
    return this.#byPartition.size
  }

  of(checkoutId: string): Lease | undefined {
    return this.#byPartition.get(partitionOf(checkoutId))
  }

  has(lease: Lease): boolean {
    return this.#byPartition.get(lease.partition) === lease
  }

  in(...phases: readonly LeasePhase[]): readonly Lease[] {
    return [...this.#byPartition.values()].filter(({ phase }) => phases.includes(phase))
  }

  /** Those that are not among the leases that the database knows of. */
  missingIn(known: readonly KnownLease[]): readonly Lease[] {
    const epochs = new Map(known.map(({ partition, epoch }) => [partition, epoch]))
    const leases = [...this.#byPartition.values()]
    return leases.filter(({ partition, epoch }) => epochs.get(partition) !== epoch)
  }

  /** The partitions that the database says are held here, and that are not. */
  unknownIn(known: readonly KnownLease[]): readonly number[] {
    return known.flatMap(({ partition }) =>
      partition === null || this.#byPartition.has(partition) ? [] : [partition],
    )
  }

  take(fences: readonly Fence[]): void {
    for (const fence of fences) this.#byPartition.set(fence.partition, { ...fence, phase: 'taken' })
  }

  /** A partition that was taken again since stays. */
  remove(leases: readonly Lease[]): void {
    for (const lease of leases) if (this.has(lease)) this.#byPartition.delete(lease.partition)
  }
}

/** Each goes on to the phase, if it is in `from`. */
export function move(
  leases: readonly Lease[],
  { from, to }: { readonly from: LeasePhase; readonly to: LeasePhase },
): void {
  for (const lease of leases) if (lease.phase === from) lease.phase = to
}

export const partitionsOf = (leases: readonly Lease[]): readonly number[] =>
  leases.map(({ partition }) => partition)

/** @returns whether a checkout is in one of their partitions */
export function isIn(leases: readonly Lease[]): (checkoutId: string) => boolean {
  const partitions = new Set(partitionsOf(leases))
  return (checkoutId) => partitions.has(partitionOf(checkoutId))
}
