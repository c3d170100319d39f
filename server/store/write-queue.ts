import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import { CheckoutError } from '../core/errors.ts'
import { failureOf } from './failure.ts'
import type { Tables } from './schema.ts'

export type Job<T> = (trx: Transaction<Tables>) => Promise<T>

export interface WriteOptions {
  /**
   * The job holds what a provider or a shop has answered, which cannot be asked for again: it waits in memory, in its
   * place, until it is on disk, whatever keeps the disk from taking it. Every other job is refused after a while.
   */
  readonly mustLand?: boolean
  /** How long it may wait for other programs' locks; default: `patienceMs`. */
  readonly timeoutMs?: number
}

interface Waiting {
  readonly job: Job<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly mustLand: boolean
  /** Milliseconds that it may still wait. */
  remainingMs: number
}

interface WriteQueueDeps {
  readonly transact: (job: Job<unknown[]>) => Promise<unknown[]>
  /** What a failed transaction left behind is not to be built upon. */
  readonly reopen: () => void
  readonly onCommit: (jobs: number) => void
  /** Milliseconds that pass; tests hand in their own. */
  readonly pause?: (ms: number) => Promise<unknown>
}

/** A browser or a shop that waits is told to come back after that. */
const timeoutMs = 5_000
const retryAfter = 2

/** The event loop has its turn between two transactions, and none takes it for long. */
const maxBatch = 200

/** Between tries: most locks are held for a few milliseconds, and a full disk for longer. */
const pauses = { first: 2, busy: 50, storage: 100 }

/** Everything that writes, one transaction after the other, in the order in which it came. */
export class WriteQueue {
  /** How many jobs were not written when they were tried, whatever kept them from it. */
  failures = 0
  readonly #deps: WriteQueueDeps
  #jobs: Waiting[] = []
  #running = false
  #pauseMs = pauses.first
  #longest = Infinity

  constructor(deps: WriteQueueDeps) {
    this.#deps = deps
  }

  add<T>(job: Job<T>, { mustLand = false, timeoutMs: own = timeoutMs }: WriteOptions = {}) {
    return new Promise<T>((resolve, reject) => {
      const remainingMs = Math.min(mustLand ? Infinity : own, this.#longest)
      const settle = { resolve: (result: unknown) => resolve(result as T), reject }
      this.#jobs.push({ job, ...settle, mustLand, remainingMs })
      if (this.#running) return
      this.#running = true
      void this.#drain()
    })
  }

  /** From now on nothing waits for longer than this, not even what must be written: the process is about to end. */
  limitWaiting(ms: number): void {
    this.#longest = ms
    for (const one of this.#jobs) one.remainingMs = Math.min(one.remainingMs, ms)
  }

  async #drain(): Promise<void> {
    while (this.#jobs.length > 0) {
      // All jobs of one turn of the event loop share a transaction, and thus one wait for the disk.
      await setImmediate()
      const left = await this.#write(this.#jobs.splice(0, maxBatch))
      if (left.length === 0) continue
      this.#jobs.unshift(...left)
      await this.#wait()
    }
    this.#running = false
  }

  /** Answers those that are to be tried again. */
  async #write(group: readonly Waiting[]): Promise<Waiting[]> {
    try {
      const results = await this.#deps.transact(async (trx) => {
        const done: unknown[] = []
        for (const { job } of group) done.push(await job(trx))
        return done
      })
      group.forEach(({ resolve }, index) => resolve(results[index]))
      this.#pauseMs = pauses.first
      this.#deps.onCommit(group.length)
      return []
    } catch (error) {
      return this.#recover(group, error)
    }
  }

  async #recover(group: readonly Waiting[], error: unknown): Promise<Waiting[]> {
    const failure = failureOf(error)
    if (failure === 'busy') {
      this.#pauseMs = Math.min(this.#pauseMs * 2, pauses.busy)
      return [...group]
    }
    const [only] = group
    if (group.length > 1 || !only) {
      // One of them failed and took the others down with it: each gets a transaction of its own.
      const left: Waiting[] = []
      for (const one of group) left.push(...(await this.#write([one])))
      return left
    }
    this.failures++
    if (failure === 'storage') {
      this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, pauses.busy), pauses.storage)
      this.#reopen()
      if (only.mustLand) return [only]
    }
    only.reject(error)
    return []
  }

  #reopen(): void {
    try {
      this.#deps.reopen()
    } catch {
      // The present connection is still there, and the next transaction tells what is wrong.
    }
  }

  async #wait(): Promise<void> {
    const ms = this.#pauseMs
    await (this.#deps.pause ?? setTimeout)(ms)
    // Not by a clock: what counts is how long others were given, and a process that slept has given them nothing.
    for (const one of this.#jobs) one.remainingMs -= ms
    const refused = this.#jobs.filter(({ remainingMs }) => remainingMs <= 0)
    if (refused.length === 0) return
    this.#jobs = this.#jobs.filter(({ remainingMs }) => remainingMs > 0)
    this.failures += refused.length
    for (const { reject } of refused)
      reject(new CheckoutError('temporarily_unavailable', { retryAfter }))
  }
}
