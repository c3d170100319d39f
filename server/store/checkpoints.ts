import { Worker } from 'node:worker_threads'
import { driverModule } from './sqlite.ts'

/** By then the log has some 8 MB. Rarer checkpoints copy less, for a page that was written often is copied once. */
const writesBetween = 500

/** Nothing lies in the log alone for longer: whoever copies the database file by itself has all but the last moments. */
const copiedWithinMs = 2_000

/** By then the requests that waited for the start are answered. */
const checkAfterMs = 15_000

type Work = 'copy' | 'check' | 'close'

/**
 * As text, for Node itself loads a worker, and not every Node reads TypeScript. Only by `exec` or by statements that are
 * used once: see `Connection.exec`.
 */
const work = `
const { parentPort, workerData } = require('node:worker_threads')
const driver = require(workerData.driver)
const connection = new (driver.DatabaseSync ?? driver)(workerData.path)
const works = {
  // [sqlite] PASSIVE copies what it can "without waiting for any database readers or writers to finish".
  copy: () => connection.exec('pragma wal_checkpoint(passive)'),
  check: () => String(Object.values(connection.prepare('pragma quick_check(1)').all()[0])[0]),
}
parentPort.on('message', (name) => {
  if (name === 'close') {
    connection.close()
    parentPort.close()
    return
  }
  let said
  try {
    said = works[name]()
  } catch (error) {
    said = { error: String(error.message) }
  }
  parentPort.postMessage({ name, said })
})
`

export interface CheckpointsDeps {
  readonly path: string
  /** What was committed before this round began is in the database itself by now. */
  readonly onCopied?: () => void
  /** What `check` found, in SQLite's words. */
  readonly onDamage?: (said: string) => void
}

/**
 * Copies the write-ahead log into the database on a thread and a connection of its own: on ours, a commit that sets off a
 * checkpoint holds up polls and streams too. Where this fails, the commits still do it, only later (see `openSqlite`).
 */
export class Checkpoints {
  readonly #deps: CheckpointsDeps
  #worker: Worker | null = null
  #isBusy = false
  #writes = 0
  #timer: NodeJS.Timeout | null = null
  #checkTimer: NodeJS.Timeout | null = null
  #waiting: (() => void)[] = []

  constructor(deps: CheckpointsDeps) {
    this.#deps = deps
  }

  /** So many writes were committed. */
  note(writes: number): void {
    this.#writes += writes
    if (this.#writes >= writesBetween) this.#copy()
    else this.#timer ??= setTimeout(() => this.#copy(), copiedWithinMs).unref()
  }

  /** Reads the whole database once, soon, for pages that contradict each other. */
  checkSoon(): void {
    this.#checkTimer = setTimeout(() => this.#ask('check'), checkAfterMs).unref()
  }

  /** Copies what is in the log by now, as far as nobody is reading it. */
  copyNow(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#ask('copy')
    })
  }

  /** Resolves when its connection is closed: the last one to close takes the log away. */
  async close(): Promise<void> {
    this.#disarm()
    if (this.#checkTimer) clearTimeout(this.#checkTimer)
    const worker = this.#worker
    if (!worker) return
    worker.removeAllListeners('online').ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    this.#ask('close')
    await ended
  }

  #copy(): void {
    this.#disarm()
    if (this.#isBusy) return
    this.#writes = 0
    this.#isBusy = true
    this.#ask('copy')
  }

  #disarm(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #ask(name: Work): void {
    this.#worker ??= this.#newWorker()
    this.#worker.postMessage(name)
  }

  #hear({ name, said }: { name: Work; said: unknown }): void {
    if (name === 'check' && typeof said === 'string' && said !== 'ok') this.#deps.onDamage?.(said)
    if (name !== 'copy') return
    this.#settleWaiting()
    this.#isBusy = false
    this.#deps.onCopied?.()
    // What came meanwhile has a round of its own.
    if (this.#writes > 0) this.note(0)
  }

  #settleWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #newWorker(): Worker {
    const worker = new Worker(work, {
      eval: true,
      workerData: { driver: driverModule, path: this.#deps.path },
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
    })
    // Before that, Node does not heed it, and the thread would keep the process alive.
    worker.once('online', () => worker.unref())
    worker.on('message', (message: { name: Work; said: unknown }) => this.#hear(message))
    worker.on('error', () => {}) // 'exit' follows
    worker.once('exit', () => {
      this.#worker = null
      this.#isBusy = false
      this.#settleWaiting()
    })
    return worker
  }
}
