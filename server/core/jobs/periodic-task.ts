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
  /** It was asked to run now while it ran. */
  #mustRunAgain = false
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
    this.#mustRunAgain = false
    this.#running = run()
      .then(() => undefined, onError)
      .finally(() => {
        this.#running = null
        if (this.#mustRunAgain) this.runNow()
        else this.start()
      })
  }

  /** Runs now instead of after the interval, and after a run that is under way: that one may have looked already. */
  runNow(): void {
    if (this.#stopped) return
    if (this.#running) {
      this.#mustRunAgain = true
      return
    }
    this.#cancelTimer()
    this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#running
  }
}
