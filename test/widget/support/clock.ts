/** A clock that advances only when a test says so. */
export class ManualClock {
  readonly startedAt = Date.parse('2026-11-20T12:00:00Z')
  time = this.startedAt
  #timers: { at: number; task: () => void }[] = []

  now = (): number => this.time

  after = (ms: number, task: () => void): (() => void) => {
    const timer = { at: this.time + ms, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Advances by `ms`, runs due timers in order and settles after each one. */
  async advance(ms: number): Promise<void> {
    await settle()
    const end = this.time + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.time = Math.max(this.time, next.at)
      next.task()
      await settle()
    }
    this.time = end
    await settle()
  }
}

/** Waits for everything that is pending without a timer: promises, streams, rendering. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(null)
    })
  }
}
