import type { Clock } from '../core/clock.ts'
import type { Database, Job } from '../store/database.ts'

/** Every look waits for the disk once, and anybody may ask. */
const cacheTtlMs = 1_000

/** While another program holds a lock for longer, requests would wait: they are better sent elsewhere, or later. */
const timeoutMs = 1_000

/**
 * Whether the database takes writes, found out by writing: reads go on when a disk is full or has become read-only. Looks
 * once a second at most, and sooner where somebody else's write failed after an answer that was yes.
 */
export class ReadinessProbe {
  readonly #database: Database
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  #latest = { isWritable: false, at: -Infinity, failures: 0 }
  #looking: Promise<boolean> | null = null

  constructor(database: Database, clock: Clock, onError: (error: unknown) => void) {
    this.#database = database
    this.#clock = clock
    this.#onError = onError
  }

  isWritable(): Promise<boolean> {
    const { isWritable, at, failures } = this.#latest
    const isFresh = Math.abs(this.#clock.now() - at) < cacheTtlMs
    const isInDoubt = isWritable && this.#database.failures > failures
    if (isFresh && !isInDoubt) return Promise.resolve(isWritable)
    return (this.#looking ??= this.#look().finally(() => (this.#looking = null)))
  }

  async #look(): Promise<boolean> {
    const isWritable = await this.#database.write(touch, { timeoutMs }).then(
      () => true,
      (error: unknown) => {
        this.#onError(error)
        return false
      },
    )
    const { failures } = this.#database
    this.#latest = { isWritable, at: this.#clock.now(), failures }
    return isWritable
  }
}

/** About as many pages as a payment writes, in a table that may grow; the row is gone before anybody can see it. */
const touch: Job<void> = async (trx) => {
  const mark = { phone_hash: 'nobody', address_hash: null, at: 0 }
  await trx.insertInto('payment_requests').values(mark).execute()
  await trx.deleteFrom('payment_requests').where('phone_hash', '=', mark.phone_hash).execute()
}
