import type { Clock } from '../clock.ts'
import type { Service } from '../service.ts'

interface PeriodicTaskDeps {
  readonly clock: Clock
  /** The pause between the end of one run and the begin of the next. */
  readonly intervalMs: number
  readonly run: () => Promise<unknown>
  readonly onError: (error: unknown) => void
}

/** Runs a task again and again, never two runs at a time. */
export class PeriodicTask implements Service {
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

  /** Runs now instead of after the interval; does nothing while a run is under way. */
  runNow(): void {
    if (this.#stopped || this.#running) return
    this.#cancelTimer()
    this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#running
  }
}
