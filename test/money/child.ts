import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** The server as a process of its own. */
export class Child {
  readonly #process: ChildProcess
  /** Resolves when it is gone. */
  readonly gone: Promise<void>
  isGone = false
  readonly ready: Promise<string>

  /** @param options - of Node */
  constructor(script: string, env: Record<string, string>, options: readonly string[] = []) {
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    const child = spawn(process.execPath, [...options, script], { env, stdio: [...stdio] })
    this.#process = child
    this.gone = new Promise((resolve) => {
      child.once('exit', () => {
        this.isGone = true
        resolve()
      })
    })
    this.ready = new Promise((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        const entry = JSON.parse(line) as { msg: string; url?: string }
        if (entry.msg === 'ready' && entry.url) resolve(entry.url)
      })
      child.once('exit', () => reject(new Error('the server ended before it was ready')))
    })
    this.ready.catch(() => {})
  }

  /** SIGKILL: the process cannot handle it and writes nothing more. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }
}
