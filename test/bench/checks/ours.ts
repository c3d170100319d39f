import type { Clock } from '../../../server/core/clock.ts'
import { offer } from './caller.ts'
import { waiting, watch } from './watch.ts'

/** A second goes by with every look at the clock: whoever waits for the pace of a second is due at once again. */
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
