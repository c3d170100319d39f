import type { Clock } from '../clock.ts'

interface RoundsDeps {
  readonly clock: Clock
  /** So long after the end of one the next begins. */
  readonly everyMs: number
  readonly round: () => Promise<unknown>
  readonly onTrouble: (error: unknown) => void
}

/** Something that is done again and again, never twice at a time. */
export class Rounds {
  readonly #deps: RoundsDeps
  #cancelTimer = () => {}
  #running: Promise<void> | null = null
  #stopped = false

  constructor(deps: RoundsDeps) {
    this.#deps = deps
  }

  begin(): void {
    if (this.#stopped) return
    const { clock, everyMs } = this.#deps
    this.#cancelTimer = clock.after(everyMs, () => this.#run())
  }

  #run(): void {
    const { round, onTrouble } = this.#deps
    this.#running = round()
      .then(() => undefined, onTrouble)
      .finally(() => {
        this.#running = null
        this.begin()
      })
  }

  /** The next one is now, or right after the one that is running. */
  hurry(): void {
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
