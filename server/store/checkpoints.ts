import { Worker } from 'node:worker_threads'
import { driverModule } from './sqlite.ts'

/** Makes a log of about 8 MB. Rarer checkpoints copy less, because a page that was written often is copied once. */
const writesPerCheckpoint = 500

/** No write stays only in the log for longer, so that even a copy of the bare database file lacks no more than that. */
const maxDelayMs = 2_000

/** By then the requests that waited for the start have been served. */
const checkDelayMs = 15_000

type Command = 'checkpoint' | 'check' | 'close'

interface WorkerMessage {
  readonly command: Command
  readonly result: unknown
}

/**
 * As text, because Node loads the worker itself, and not every Node reads TypeScript. It uses only `exec` and statements that
 * run once: see `Connection.exec`.
 */
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads')
const driver = require(workerData.driver)
const connection = new (driver.DatabaseSync ?? driver)(workerData.path)
const commands = {
  // [sqlite] PASSIVE copies what it can "without waiting for any database readers or writers to finish".
  checkpoint: () => connection.exec('pragma wal_checkpoint(passive)'),
  check: () => String(Object.values(connection.prepare('pragma quick_check(1)').all()[0])[0]),
}
parentPort.on('message', (command) => {
  if (command === 'close') {
    connection.close()
    parentPort.close()
    return
  }
  let result
  try {
    result = commands[command]()
  } catch (error) {
    result = { error: String(error.message) }
  }
  parentPort.postMessage({ command, result })
})
`

export interface CheckpointsDeps {
  readonly path: string
  /** Called when everything that was committed before the checkpoint is in the database file. */
  readonly onCheckpoint?: () => void
  /** Called with SQLite's message if `checkSoon` finds the file damaged. */
  readonly onDamage?: (message: string) => void
}

/**
 * Runs checkpoints on a thread and a connection of its own: on ours, a commit that triggers a checkpoint would delay polls and
 * streams. If this fails, the commits still do it, only later (see `openSqlite`).
 */
export class Checkpoints {
  readonly #deps: CheckpointsDeps
  #worker: Worker | null = null
  #isRunning = false
  #writes = 0
  #timer: NodeJS.Timeout | null = null
  #checkTimer: NodeJS.Timeout | null = null
  #waiting: (() => void)[] = []

  constructor(deps: CheckpointsDeps) {
    this.#deps = deps
  }

  /** Counts committed writes. */
  countWrites(writes: number): void {
    this.#writes += writes
    if (this.#writes >= writesPerCheckpoint) this.#checkpoint()
    else this.#timer ??= setTimeout(() => this.#checkpoint(), maxDelayMs).unref()
  }

  /** Reads the whole database once, in a while, to find damaged pages. */
  checkSoon(): void {
    this.#checkTimer = setTimeout(() => this.#send('check'), checkDelayMs).unref()
  }

  /** Copies the log as far as no reader needs it; nothing where no write is older than the delay. */
  checkpointNow(): Promise<void> {
    // An idle server would start a thread for an empty log, every hour.
    if (!this.#worker) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#send('checkpoint')
    })
  }

  /** Resolves when the connection of the thread is closed: the last connection to close deletes the log. */
  async close(): Promise<void> {
    this.#cancelTimer()
    if (this.#checkTimer) clearTimeout(this.#checkTimer)
    const worker = this.#worker
    if (!worker) return
    worker.removeAllListeners('online').ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    this.#send('close')
    await ended
  }

  #checkpoint(): void {
    this.#cancelTimer()
    if (this.#isRunning) return
    this.#writes = 0
    this.#isRunning = true
    this.#send('checkpoint')
  }

  #cancelTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #send(command: Command): void {
    this.#worker ??= this.#startWorker()
    this.#worker.postMessage(command)
  }

  #onMessage({ command, result }: WorkerMessage): void {
    if (command === 'check' && typeof result === 'string' && result !== 'ok')
      this.#deps.onDamage?.(result)
    if (command !== 'checkpoint') return
    this.#settleWaiting()
    this.#isRunning = false
    this.#deps.onCheckpoint?.()
    // Writes that came meanwhile get a checkpoint of their own.
    if (this.#writes > 0) this.countWrites(0)
  }

  #settleWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #startWorker(): Worker {
    const worker = new Worker(workerSource, {
      eval: true,
      workerData: { driver: driverModule, path: this.#deps.path },
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
    })
    // Before that, `unref` has no effect, and the thread would keep the process alive.
    worker.once('online', () => worker.unref())
    worker.on('message', (message: WorkerMessage) => this.#onMessage(message))
    worker.on('error', () => {}) // 'exit' follows
    worker.once('exit', () => {
      this.#worker = null
      this.#isRunning = false
      this.#settleWaiting()
    })
    return worker
  }
}
