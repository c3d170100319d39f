import type { Clock } from '../../server/core/clock.ts'

/** The clock of one process: it follows the clock of the simulation until the process is killed. */
export class ProcessClock implements Clock {
  readonly #clock: Clock
  /** How far this process's own clock is off. */
  offMs = 0
  #isStopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now() {
    return this.#clock.now() + this.offMs
  }

  monotonic() {
    return this.#clock.monotonic()
  }

  after(ms: number, callback: () => void) {
    if (this.#isStopped) return () => {}
    return this.#clock.after(ms, () => {
      if (!this.#isStopped) callback()
    })
  }

  cut(): void {
    this.#isStopped = true
  }
}
