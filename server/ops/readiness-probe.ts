import type { Clock } from '../core/clock.ts'
import type { Database, Job } from '../store/database.ts'

/** Every check waits for the disk once, and the route is public. */
const cacheTtlMs = 1_000

/** If another program holds the lock for longer, traffic should go elsewhere. */
const timeoutMs = 1_000

/**
 * Checks by a write whether the database is writable, because reads still work on a full or read-only disk. Checks at most once
 * a second, and sooner if another write failed since the last success.
 */
export class ReadinessProbe {
  readonly #database: Database
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  #latest = { isWritable: false, at: -Infinity, failures: 0 }
  #checking: Promise<boolean> | null = null

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
    return (this.#checking ??= this.#check().finally(() => (this.#checking = null)))
  }

  async #check(): Promise<boolean> {
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

/** Writes about as many pages as a payment does; the row is deleted in the same transaction. */
const touch: Job<void> = async (trx) => {
  const row = { phone_hash: 'readiness-probe', address_hash: null, at: 0 }
  await trx.insertInto('payment_requests').values(row).execute()
  await trx.deleteFrom('payment_requests').where('phone_hash', '=', row.phone_hash).execute()
}
