import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface ReplicaOptions {
  readonly name: string
  /** The arguments of Node that run the server. */
  readonly program: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  /** Called when it has ended, however that happened. */
  readonly onEnd: () => void
}

/** Ends the server when the demo ends, however that happens. */
const endWithParent = "data:text/javascript,process.once('disconnect', () => process.exit(1))"

/** [pino] the level of a warning. */
const warning = 40

/** A server in a process of its own, which may be killed and started anew. */
export class Replica {
  readonly name: string
  readonly #options: ReplicaOptions
  #child: ChildProcess | null = null
  #ended: Promise<unknown> = Promise.resolve()
  /** Null while it does not take requests. */
  port: number | null = null

  constructor(options: ReplicaOptions) {
    this.name = options.name
    this.#options = options
  }

  get isRunning(): boolean {
    return this.#child !== null
  }

  /** Null while it does not run. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /**
   * Resolves to its port when it takes requests. Does nothing while it runs.
   *
   * @throws Error with what the server says, where it does not start
   */
  async start(): Promise<number> {
    if (this.#child) return this.port ?? 0
    const { program, env, onEnd } = this.#options
    const child = spawn(process.execPath, ['--import', endWithParent, ...program], {
      env: { ...process.env, ...env, PORT: '0', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    this.#ended = new Promise((resolve) => child.once('close', resolve))
    const ready = new Promise<number>((resolve, reject) => {
      if (child.stdout)
        createInterface(child.stdout).on('line', (line) => this.#onLine(line, resolve))
      // Without a process there is no end of one.
      child.once('error', reject)
      void this.#ended.then(() => reject(new ReplicaError(complaint)))
    })
    child.once('exit', () => {
      this.#child = this.port = null
      onEnd()
    })
    this.port = await ready
    return this.port
  }

  /** SIGKILL ends it without a last word; SIGTERM lets it hand over what it owns. Resolves when it has ended. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child?.kill(signal)
    await this.#ended
  }

  #onLine(line: string, onReady: (port: number) => void): void {
    const [, port] = /"url":"[^"]+:(\d+)".*"msg":"ready"/.exec(line) ?? []
    if (port !== undefined) onReady(Number(port))
    const [, level] = /^{"level":(\d+)/.exec(line) ?? []
    if (Number(level) >= warning) this.#options.log(`Replica ${this.name}: ${line}`)
  }
}

/** The server's own message, which is fit to be shown. */
export class ReplicaError extends Error {
  override readonly name = 'ReplicaError'

  constructor(complaint: string) {
    super(complaint.trim() || 'A replica ended before it was ready.')
  }
}
