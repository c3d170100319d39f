import type { Clock } from '../../demo/simulator-kit/clock.ts'

/** A clock that advances only when a test says so. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 10, 20, 12)
  #setBackBy = 0
  readonly #timers = new Set<{ due: number; fn: () => void }>()

  now() {
    return this.#now
  }

  monotonic() {
    return this.#now + this.#setBackBy
  }

  after(ms: number, fn: () => void) {
    const timer = { due: this.#now + ms, fn }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** How many timers are armed. */
  get armed() {
    return this.#timers.size
  }

  /** Sets the clock back; timers keep their remaining time. */
  setBack(ms: number) {
    this.#now -= ms
    this.#setBackBy += ms
    for (const timer of this.#timers) timer.due -= ms
  }

  advance(ms: number) {
    const until = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.due - b.due)
      if (!next || next.due > until) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.fn()
    }
    this.#now = until
  }
}
