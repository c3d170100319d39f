import type { Clock } from '../../core/clock.ts'

/** By two clocks: the monotonic one stands still while the machine sleeps, and the other one can be set. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export const never: Moment = { monotonic: -Infinity, wall: -Infinity }

export const momentOf = (clock: Pick<Clock, 'now' | 'monotonic'>): Moment => ({
  monotonic: clock.monotonic(),
  wall: clock.now(),
})

/** The time since then, in milliseconds, by the clock that says more. */
export const since = (
  { monotonic, wall }: Moment,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): number => Math.max(clock.monotonic() - monotonic, clock.now() - wall)
