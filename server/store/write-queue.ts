import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import { CheckoutError } from '../core/errors.ts'
import type { Failure } from './failure.ts'
import type { Tables } from './schema.ts'

export type Job<T> = (trx: Transaction<Tables>) => Promise<T>

export interface WriteOptions {
  /**
   * The job saves a response of a provider or a shop, which cannot be requested again: it keeps its place in memory until it
   * is on disk, however long that takes. Any other job is refused after a while.
   */
  readonly mustPersist?: boolean
  /** How long it may wait for the locks of other programs, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number
}

interface QueuedJob {
  readonly job: Job<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly mustPersist: boolean
  /** How long it may still wait, in milliseconds. */
  remainingMs: number
}

interface WriteQueueDeps {
  readonly failureOf: (error: unknown) => Failure
  readonly transact: (job: Job<unknown[]>) => Promise<unknown[]>
  /** Replaces a connection that a failed transaction may have left in an unknown state. */
  readonly reopen: () => void
  readonly onCommit: (jobs: number) => void
  /** Waits for so many milliseconds. Default: `setTimeout`. */
  readonly pause?: (ms: number) => Promise<unknown>
}

const timeoutMs = 5_000
/** In seconds, for the client of a refused request. */
const retryAfter = 2

/** Keeps a transaction short: the event loop runs between two of them. */
const maxBatch = 200

/** In milliseconds. Most locks are held briefly; a full disk takes longer. */
const retryDelays = { first: 2, busy: 50, storage: 100 }

/** Runs all writes one transaction after the other, in the order in which they were added. */
export class WriteQueue {
  /** How many jobs failed, or were refused after waiting, for any reason. */
  failures = 0
  readonly #deps: WriteQueueDeps
  #jobs: QueuedJob[] = []
  /** While there are jobs. Never rejects. */
  #draining: Promise<void> | null = null
  #isClosed = false
  #retryDelayMs = retryDelays.first
  #maxWaitMs = Infinity

  constructor(deps: WriteQueueDeps) {
    this.#deps = deps
  }

  add<T>(job: Job<T>, { mustPersist = false, timeoutMs: own = timeoutMs }: WriteOptions = {}) {
    if (this.#isClosed) return Promise.reject(refusal())
    return new Promise<T>((resolve, reject) => {
      const remainingMs = mustPersist ? Infinity : own
      const settle = { resolve: (result: unknown) => resolve(result as T), reject }
      this.#jobs.push({ job, ...settle, mustPersist, remainingMs })
      this.#draining ??= this.#drain()
    })
  }

  /** Limits how long any job may still wait, `mustPersist` or not: the process is about to end. */
  limitWaiting(ms: number): void {
    this.#maxWaitMs = ms
  }

  /** Refuses new jobs, and those that still wait after one more try. Resolves when no transaction runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.limitWaiting(0)
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#jobs.length > 0) {
      // All jobs of one turn of the event loop share a transaction, and thus one sync of the disk.
      await setImmediate()
      const retries = await this.#write(this.#jobs.splice(0, maxBatch))
      if (retries.length === 0) continue
      this.#jobs.unshift(...retries)
      await this.#wait()
    }
    this.#draining = null
  }

  /** Returns the jobs to retry. */
  async #write(batch: readonly QueuedJob[]): Promise<QueuedJob[]> {
    try {
      const results = await this.#deps.transact(async (trx) => {
        const done: unknown[] = []
        for (const { job } of batch) done.push(await job(trx))
        return done
      })
      batch.forEach(({ resolve }, index) => resolve(results[index]))
      this.#retryDelayMs = retryDelays.first
      this.#deps.onCommit(batch.length)
      return []
    } catch (error) {
      return this.#recover(batch, error)
    }
  }

  async #recover(batch: readonly QueuedJob[], error: unknown): Promise<QueuedJob[]> {
    const failure = this.#deps.failureOf(error)
    if (failure === 'busy') {
      this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, retryDelays.busy)
      return [...batch]
    }
    const [only] = batch
    if (batch.length > 1 || !only) {
      // One of them failed the transaction for all: each gets a transaction of its own.
      const retries: QueuedJob[] = []
      for (const one of batch) retries.push(...(await this.#write([one])))
      return retries
    }
    this.failures++
    if (failure === 'storage') {
      this.#retryDelayMs = Math.min(
        Math.max(this.#retryDelayMs * 2, retryDelays.busy),
        retryDelays.storage,
      )
      this.#reopen()
      if (only.mustPersist) return [only]
    }
    only.reject(error)
    return []
  }

  #reopen(): void {
    try {
      this.#deps.reopen()
    } catch {
      // The current connection is still there, and the next transaction reports what is wrong.
    }
  }

  async #wait(): Promise<void> {
    const ms = this.#retryDelayMs
    await (this.#deps.pause ?? setTimeout)(ms)
    // Not by a clock: what counts is how long other programs had to finish, and they had no time while the machine slept.
    for (const one of this.#jobs) one.remainingMs = Math.min(one.remainingMs, this.#maxWaitMs) - ms
    const refused = this.#jobs.filter(({ remainingMs }) => remainingMs <= 0)
    if (refused.length === 0) return
    this.#jobs = this.#jobs.filter(({ remainingMs }) => remainingMs > 0)
    this.failures += refused.length
    for (const { reject } of refused) reject(refusal())
  }
}

const refusal = () => new CheckoutError('temporarily_unavailable', { retryAfter })
