import type { Clock } from '../clock.ts'
import type { CheckoutStore } from './ports.ts'
import { Rounds } from './rounds.ts'

interface HousekeepingDeps {
  readonly store: CheckoutStore
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

/** Forgets, once an hour, what nobody needs any more; what that is, the store's `purge` says. */
export const housekeeping = ({ store, clock, onTrouble }: HousekeepingDeps): Rounds =>
  new Rounds({
    ...{ clock, onTrouble },
    everyMs: 60 * 60 * 1_000,
    round: () => store.purge(clock.now()),
  })
