import type { Clock } from '../../server/core/clock.ts'

/** The clock of one process: it goes with the clock of the world until the process is dead. */
export class ProcessClock implements Clock {
  readonly #clock: Clock
  /** How far this process's own clock is off. */
  offMs = 0
  #isDead = false

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
    if (this.#isDead) return () => {}
    return this.#clock.after(ms, () => {
      if (!this.#isDead) callback()
    })
  }

  cut(): void {
    this.#isDead = true
  }
}
