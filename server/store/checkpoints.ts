import { Worker } from 'node:worker_threads'
import { driverModule } from './sqlite.ts'

/** By then the log has some 8 MB. Rarer checkpoints copy less, for a page that was written often is copied once. */
const writesBetween = 500

/** As text, for Node itself loads a worker, and not every Node reads TypeScript. */
const work = `
const { parentPort, workerData } = require('node:worker_threads')
const driver = require(workerData.driver)
const connection = new (driver.DatabaseSync ?? driver)(workerData.path)
// [sqlite] PASSIVE copies what it can "without waiting for any database readers or writers to finish".
const checkpoint = connection.prepare('pragma wal_checkpoint(passive)')
parentPort.on('message', (isLast) => {
  if (isLast) {
    connection.close()
    parentPort.close()
  } else {
    checkpoint.all()
    parentPort.postMessage('done')
  }
})
`

/**
 * Copies the write-ahead log into the database on a thread and a connection of its own: on ours, a commit that sets off a
 * checkpoint holds up polls and streams too. Where this fails, the commits still do it, only later (see `openSqlite`).
 */
export class Checkpoints {
  readonly #path: string
  #worker: Worker | null = null
  #isBusy = false
  #writes = 0

  constructor(path: string) {
    this.#path = path
  }

  /** So many writes were committed. */
  note(writes: number): void {
    this.#writes += writes
    if (this.#isBusy || this.#writes < writesBetween) return
    this.#writes = 0
    this.#isBusy = true
    this.#worker ??= this.#newWorker()
    this.#worker.postMessage(false)
  }

  /** Resolves when its connection is closed: the last one to close takes the log away. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (!worker) return
    worker.removeAllListeners('online').ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage(true)
    await ended
  }

  #newWorker(): Worker {
    const worker = new Worker(work, {
      eval: true,
      workerData: { driver: driverModule, path: this.#path },
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
    })
    // Before that, Node does not heed it, and the thread would keep the process alive.
    worker.once('online', () => worker.unref())
    worker.on('message', () => {
      this.#isBusy = false
    })
    worker.on('error', () => {}) // 'exit' follows
    worker.once('exit', () => {
      this.#worker = null
      this.#isBusy = false
    })
    return worker
  }
}
