import type { Clock } from '../../../server/core/clock.ts'
import { offer } from './caller.ts'
import { waiting, watch } from './watch.ts'

/** A second passes each time the clock is read, so that every poll is due at once. */
let time = 0
const clock: Clock = {
  now: () => (time += 1_000),
  monotonic: () => time,
  after(_, callback) {
    const soon = setImmediate(callback)
    return () => clearImmediate(soon)
  },
}

let calls = 0
let watching: ReturnType<typeof watch> | undefined

offer({
  begin(port, carts) {
    watching = watch(port, clock, () => calls++)
    void watching.worker.resume(Array.from({ length: carts }, (_, index) => waiting(index)))
  },
  calls: () => calls,
  stop: () => watching?.stop() ?? Promise.resolve(),
})
