import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'

/** Groups what is written in one turn of the event loop: one write, one sync, and then all promises resolve. */
export class GroupLog {
  readonly #file: number
  #lines: string[] = []
  #waiting: (() => void)[] = []

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  append(line: string): Promise<void> {
    return new Promise((resolve) => {
      this.#lines.push(line)
      if (this.#waiting.push(resolve) === 1) setImmediate(() => this.#commit())
    })
  }

  close(): void {
    closeSync(this.#file)
  }

  #commit(): void {
    const written = this.#waiting
    writeSync(this.#file, this.#lines.join(''))
    fdatasyncSync(this.#file)
    this.#lines = []
    this.#waiting = []
    for (const resolve of written) resolve()
  }
}
