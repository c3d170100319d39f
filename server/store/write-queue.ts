import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import { tryAgainShortly } from '../core/errors.ts'
import type { Failure } from './failure.ts'
import type { Tables } from './schema.ts'
import { sideBySide } from './side-by-side.ts'

export type Job<T> = (trx: Transaction<Tables>) => Promise<T>

export interface WriteOptions {
  /**
   * The job saves a response of a provider or a shop, which cannot be requested again: it keeps its place in memory until it
   * is on disk, however long that takes. Any other job is refused after a while.
   */
  readonly mustPersist?: boolean
  /** How long it may wait for the locks of other programs, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number
  /** The checkout that is written about: only its owner may write. Default: anybody may. */
  readonly checkoutId?: string
  /** By what else it counts rows. Where several of one checkout, or of one of these, are in a transaction, they follow each other. */
  readonly countsBy?: readonly string[]
}

interface QueuedJob<Fence> {
  readonly job: Job<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly mustPersist: boolean
  readonly fence: Fence | null
  readonly keys: readonly string[]
  readonly checkoutId: string | undefined
  /** Whoever asked for it was told that it is not written. While its COMMIT is in doubt, it may be anyway. */
  isRefused: boolean
  /** How often another transaction was faster with the same key. */
  conflicts: number
  /** How long it may still wait, in milliseconds. */
  remainingMs: number
}

/** The connection was lost during COMMIT, and what became of it cannot be found out any more. */
export class UnknownCommit extends Error {
  override readonly name = 'UnknownCommit'

  constructor(cause: unknown) {
    super('What became of a COMMIT is not known', { cause })
  }
}

interface WriteQueueDeps<Fence> {
  readonly failureOf: (error: unknown) => Failure
  /** @param fences - what has to hold for the jobs of the transaction */
  readonly transact: (
    job: Job<unknown[]>,
    fences: readonly Fence[],
    /** To be called when the connection is lost during COMMIT, and what became of it is being found out. */
    onDoubt: () => void,
  ) => Promise<unknown[]>
  /** Whether statements are sent without waiting for the answers to others, so that jobs in one transaction run side by side. */
  readonly isPipelined?: boolean
  /** The right to write about a checkout, as it is when the write is asked for. */
  readonly fenceOf?: (checkoutId: string) => Fence
  /** Replaces a connection that a failed transaction may have left in an unknown state. */
  readonly reopen: () => void
  readonly onCommit: (jobs: number) => void
  /** Called with the checkouts that were, or may have been, written about although whoever asked for it was refused. */
  readonly onLateCommit?: (checkoutIds: readonly string[]) => void
  /** Waits for so many milliseconds. Default: `setTimeout`. */
  readonly pause?: (ms: number) => Promise<unknown>
}

const timeoutMs = 5_000

/** How often those are looked at that wait behind a transaction. */
const tickMs = 250
/** Nobody but an answer waits longer for what became of a COMMIT. What is committed after all is reported by `onLateCommit`. */
const maxDoubtMs = 8_000

/** Keeps a transaction short: the event loop runs between two of them. */
const maxBatch = 200

/** In milliseconds. Most locks are held briefly; a full disk takes longer. */
const retryDelays = { first: 2, busy: 50, storage: 100 }

/** After so many, the conflict is no race. */
const maxConflicts = 5

/** Runs all writes one transaction after the other, in the order in which they were added. */
export class WriteQueue<Fence = never> {
  /** How many jobs failed, or were refused after waiting, for any reason. */
  failures = 0
  readonly #deps: WriteQueueDeps<Fence>
  #jobs: QueuedJob<Fence>[] = []
  /** Of a batch that failed, those whose turn has not come yet. */
  #split: QueuedJob<Fence>[] = []
  /** Those that wait for what became of their COMMIT. */
  #inDoubt: QueuedJob<Fence>[] = []
  /** While there are jobs. Never rejects. */
  #draining: Promise<void> | null = null
  #isClosed = false
  #retryDelayMs = retryDelays.first
  #maxWaitMs = Infinity

  constructor(deps: WriteQueueDeps<Fence>) {
    this.#deps = deps
  }

  add<T>(job: Job<T>, options: WriteOptions = {}) {
    const { mustPersist = false, timeoutMs: own = timeoutMs, checkoutId, countsBy = [] } = options
    if (this.#isClosed) return Promise.reject(tryAgainShortly())
    return new Promise<T>((resolve, reject) => {
      const remainingMs = mustPersist ? Infinity : own
      const settle = { resolve: (result: unknown) => resolve(result as T), reject }
      const fence = (checkoutId !== undefined && this.#deps.fenceOf?.(checkoutId)) || null
      const keys = checkoutId === undefined ? [] : [checkoutId, ...countsBy]
      const turn = { fence, keys, checkoutId, isRefused: false, conflicts: 0, remainingMs }
      this.#jobs.push({ job, ...settle, mustPersist, ...turn })
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
      const ticker = setInterval(() => this.#tick(), tickMs)
      const retries = await this.#write(this.#jobs.splice(0, maxBatch))
      clearInterval(ticker)
      if (retries.length === 0) continue
      this.#jobs.unshift(...retries)
      await this.#wait()
    }
    this.#draining = null
  }

  /** Returns the jobs to retry. */
  async #write(batch: readonly QueuedJob<Fence>[]): Promise<QueuedJob<Fence>[]> {
    try {
      const results = await this.#transact(batch)
      batch.forEach(({ resolve }, index) => resolve(results[index]))
      this.#retryDelayMs = retryDelays.first
      this.#deps.onCommit(batch.length)
      this.#reportLate(batch)
      return []
    } catch (error) {
      if (error instanceof UnknownCommit) return this.#refuseUnknown(batch)
      return await this.#recover(
        batch.filter(({ isRefused }) => !isRefused),
        error,
      )
    }
  }

  async #transact(batch: readonly QueuedJob<Fence>[]): Promise<unknown[]> {
    try {
      return await this.#deps.transact(
        (trx) => this.#run(batch, trx),
        fencesOf(batch),
        () => this.#onDoubt(batch),
      )
    } finally {
      // Before any of them is written again: what is refused then would be written anyway.
      this.#inDoubt = []
    }
  }

  #onDoubt(batch: readonly QueuedJob<Fence>[]): void {
    for (const one of batch) if (!one.mustPersist) one.remainingMs = maxDoubtMs
    this.#inDoubt = [...batch]
  }

  /**
   * What may be written is not written again, but for an answer, which finds what is stored. Whoever asked for the rest is
   * refused, and what is stored is taken up.
   */
  #refuseUnknown(batch: readonly QueuedJob<Fence>[]): QueuedJob<Fence>[] {
    this.#refuse(batch.filter(({ mustPersist, isRefused }) => !mustPersist && !isRefused))
    this.#reportLate(batch)
    return batch.filter(({ isRefused }) => !isRefused)
  }

  #reportLate(batch: readonly QueuedJob<Fence>[]): void {
    const refused = batch.filter(({ isRefused }) => isRefused)
    const late = refused.flatMap(({ checkoutId }) => checkoutId ?? [])
    if (late.length > 0) this.#deps.onLateCommit?.(late)
  }

  async #run(batch: readonly QueuedJob<Fence>[], trx: Transaction<Tables>): Promise<unknown[]> {
    if (this.#deps.isPipelined)
      return sideBySide(batch.map(({ keys, job }) => ({ keys, run: () => job(trx) })))
    const done: unknown[] = []
    for (const { job } of batch) done.push(await job(trx))
    return done
  }

  async #recover(batch: readonly QueuedJob<Fence>[], error: unknown): Promise<QueuedJob<Fence>[]> {
    const failure = this.#deps.failureOf(error)
    if (failure === 'busy') {
      this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, retryDelays.busy)
      return [...batch]
    }
    const [only] = batch
    if (batch.length > 1 || !only) {
      // One of them failed the transaction for all: each gets a transaction of its own.
      const retries: QueuedJob<Fence>[] = []
      this.#split = [...batch]
      for (let one; (one = this.#split.shift());) retries.push(...(await this.#write([one])))
      return retries
    }
    if (failure === 'conflict' && only.conflicts++ < maxConflicts) return [only]
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
    this.#jobs = this.#age(this.#jobs, ms)
  }

  /** While a transaction is out, which takes long where the database does not answer. */
  #tick(): void {
    this.#jobs = this.#age(this.#jobs, tickMs)
    this.#split = this.#age(this.#split, tickMs)
    this.#inDoubt = this.#age(this.#inDoubt, tickMs)
  }

  /** Refuses those that have waited long enough, and returns the others. */
  #age(jobs: QueuedJob<Fence>[], ms: number): QueuedJob<Fence>[] {
    // Not by a clock: what counts is how long other programs had to finish, and they had no time while the machine slept.
    for (const one of jobs) one.remainingMs = Math.min(one.remainingMs, this.#maxWaitMs) - ms
    this.#refuse(jobs.filter(({ remainingMs }) => remainingMs <= 0))
    return jobs.filter(({ remainingMs }) => remainingMs > 0)
  }

  #refuse(jobs: readonly QueuedJob<Fence>[]): void {
    this.failures += jobs.length
    for (const one of jobs) {
      one.isRefused = true
      one.reject(tryAgainShortly())
    }
  }
}

const fencesOf = <Fence>(batch: readonly QueuedJob<Fence>[]): readonly Fence[] =>
  batch.flatMap(({ fence }) => (fence === null ? [] : [fence]))
