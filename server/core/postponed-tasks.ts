import type { Clock } from './clock.ts'

/** Tasks that wait for their time, and are done at once where the process ends. */
export class PostponedTasks {
  readonly #clock: Pick<Clock, 'after'>
  readonly #waiting = new Set<() => void>()

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  run(ms: number, task: () => void): void {
    const run = (): void => {
      cancel()
      this.#waiting.delete(run)
      task()
    }
    const cancel = this.#clock.after(ms, run)
    this.#waiting.add(run)
  }

  /** Does now what is waiting. */
  runNow(): void {
    for (const run of [...this.#waiting]) run()
  }
}
