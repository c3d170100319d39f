import type { CallOut } from '../../core/ownership.ts'

/** What is to be done when partitions change hands. */
export interface PartitionEvents {
  /** Takes up what a former owner left. It is called again until it succeeds. */
  gained(partitions: readonly number[]): Promise<void>
  /** Commands about them are carried out here from now on. */
  onResumed(): void
  /** Stops acting on them at once; returns the calls about them that are still out. */
  lost(isGone: (checkoutId: string) => boolean): readonly CallOut[]
  readonly onError: (error: unknown) => void
}
