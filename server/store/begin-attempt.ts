import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import type { Checkout } from '../core/checkout.ts'
import { lookbackMs } from '../core/rate-limits.ts'
import type { Usage } from '../core/rate-limits.ts'
import type { Begun, HistoryEntry, PaymentRequestLog, StartRefusal } from '../core/store.ts'
import { compiled } from './compiled.ts'
import { isPostgres } from './postgres/is-postgres.ts'
import { saveChange } from './save-checkout.ts'
import type { Tables } from './schema.ts'
import { allSettled } from './side-by-side.ts'

interface Beginning {
  readonly merchantId: string
  readonly before: Checkout
  /** With the new attempt. */
  readonly checkout: Checkout
  readonly entry: HistoryEntry
  readonly paymentRequest: PaymentRequestLog
}

/** Saves a new attempt and logs its payment request, unless the limits of its phone or address refuse it. */
export async function beginAttempt(
  trx: Transaction<Tables>,
  { merchantId, before, checkout, entry, paymentRequest }: Beginning,
  checkLimits: (usage: Usage) => StartRefusal | null,
): Promise<Begun> {
  const [, usage] = await allSettled([
    lockPhones(trx, paymentRequest.phones),
    usageOf(trx, checkout, paymentRequest),
  ])
  const refusal = checkLimits(usage)
  if (refusal !== null) {
    const { rows } = await selectVersion(trx, { id: before.id, version: before.version })
    return rows.length === 0 ? 'stale' : refusal
  }
  const change = { merchantId, checkout, entries: [entry], events: [], paymentRequest }
  return (await saveChange(trx, change, before)) === 'saved' ? 'begun' : 'stale'
}

/**
 * Of two servers that are asked to call one phone, the second one counts what the first one has written: the statements that
 * count are sent after these, and PostgreSQL begins none before the locks are there.
 */
async function lockPhones(trx: Transaction<Tables>, phones: readonly string[]): Promise<void> {
  if (!isPostgres(trx)) return
  await takeLocks(trx, { phones: [...phones].sort() })
}

/** Recent payment requests to this phone and from this address, read inside the transaction that adds one. */
async function usageOf(
  trx: Transaction<Tables>,
  checkout: Checkout,
  { phone, phones, address, at }: PaymentRequestLog,
): Promise<Usage> {
  const [open, toPhone, fromAddress] = await allSettled([
    openAttemptsTo(trx, Object.assign({}, phones)),
    requestsTo(trx, Object.assign({ after: at - lookbackMs.phone }, phones)),
    address && requestsFrom(trx, { address, after: at - lookbackMs.address }),
  ])
  return {
    openToPhone: open.rows.length,
    toPhone: toPhone.rows.map((row) => row.at),
    fromAddress: fromAddress
      ? new Map(fromAddress.rows.map((row) => [row.phone_hash, row.at]))
      : null,
    phone,
    // The new attempt is among them already; requests that were not sent do not count.
    ofCheckout:
      checkout.attempts.filter(({ reason }) => reason !== 'provider_unavailable').length - 1,
  }
}

// Compiled once: these run with every start, while a shopper waits.

/** [postgresql] one after the other, in their order. */
const takeLocks = compiled(
  (_, { phones }: { phones: readonly string[] }) =>
    sql`select pg_advisory_xact_lock(hashtextextended(phone, 0)) from unnest(${phones}::text[]) as phone`,
)

const selectVersion = compiled((db, { id, version }: { id: string; version: number }) =>
  db.selectFrom('checkouts').select('id').where('id', '=', id).where('version', '=', version),
)

type Phones = Readonly<Record<number, string>>

const openAttemptsTo = compiled((db, phones: Phones) =>
  db
    .selectFrom('attempts')
    .select('id')
    .where('phone_hash', 'in', Object.values(phones))
    .where('ended_at', 'is', null),
)

const requestsTo = compiled((db, { after, ...phones }: Phones & { readonly after: number }) =>
  db
    .selectFrom('payment_requests')
    .select('at')
    .where('phone_hash', 'in', Object.values(phones))
    .where('at', '>', after)
    .orderBy('at'),
)

const requestsFrom = compiled((db, { address, after }: { address: string; after: number }) =>
  db
    .selectFrom('payment_requests')
    .select(['phone_hash', 'at'])
    .where('address_hash', '=', address)
    .where('at', '>', after)
    .orderBy('at'),
)
