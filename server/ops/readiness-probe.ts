import { sql } from 'kysely'
import type { Clock } from '../core/clock.ts'
import { CheckoutError } from '../core/errors.ts'
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
    const isWritable = await this.#isWritten().catch((error: unknown) => {
      this.#onError(error instanceof CheckoutError ? (error.cause ?? error) : error)
      return false
    })
    const { failures } = this.#database
    this.#latest = { isWritable, at: this.#clock.now(), failures }
    return isWritable
  }

  /** A statement that is out is not refused in time where a table is locked, or the database is silent: whoever asks is told so. */
  #isWritten(): Promise<true> {
    const refusal = this.#database.cluster?.leases.refusal
    if (refusal) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      const silent = new CheckoutError('temporarily_unavailable')
      // The queue refuses it in time, unless it is out itself.
      const cancel = this.#clock.after(timeoutMs * 2, () => reject(silent))
      this.#database
        .write(touch, { timeoutMs })
        .then(() => resolve(true), reject)
        .finally(cancel)
    })
  }
}

/** What a payment adds rows to, and what of it a payment changes. */
const added = ['checkouts', 'sessions', 'attempts', 'payment_requests', 'history', 'events']
const changed = ['checkouts.version', 'attempts.details', 'history.repeats']

/**
 * Writes about as many pages as a payment does; the row is deleted in the same transaction. The statements without a row fail
 * where a table, or a right on it, is missing.
 */
const touch: Job<void> = async (trx) => {
  for (const table of added.map((name) => sql.table(name)))
    await sql`insert into ${table} select * from ${table} where false`.execute(trx)
  for (const [table = '', column = ''] of changed.map((name) => name.split('.')))
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)} where false`.execute(
      trx,
    )
  const row = { phone_hash: 'readiness-probe', address_hash: null, at: 0 }
  await trx.insertInto('payment_requests').values(row).execute()
  await trx.deleteFrom('payment_requests').where('phone_hash', '=', row.phone_hash).execute()
}
