import type { Clock } from '../clock.ts'

interface PeriodicTaskDeps {
  readonly clock: Clock
  /** So long after the end of one the next begins. */
  readonly intervalMs: number
  readonly run: () => Promise<unknown>
  readonly onError: (error: unknown) => void
}

/** Something that is done again and again, never twice at a time. */
export class PeriodicTask {
  readonly #deps: PeriodicTaskDeps
  #cancelTimer = () => {}
  #running: Promise<void> | null = null
  #stopped = false

  constructor(deps: PeriodicTaskDeps) {
    this.#deps = deps
  }

  start(): void {
    if (this.#stopped) return
    const { clock, intervalMs } = this.#deps
    this.#cancelTimer = clock.after(intervalMs, () => this.#run())
  }

  #run(): void {
    const { run, onError } = this.#deps
    this.#running = run()
      .then(() => undefined, onError)
      .finally(() => {
        this.#running = null
        this.start()
      })
  }

  /** The next one is now, or right after the one that is running. */
  runNow(): void {
    if (this.#stopped || this.#running) return
    this.#cancelTimer()
    this.#run()
  }

  /** Begins none any more, and waits for the one that is running. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#running
  }
}
