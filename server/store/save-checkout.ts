import { sql } from 'kysely'
import type { Insertable, Kysely, Transaction, Updateable } from 'kysely'
import { openAttempt } from '../core/checkout.ts'
import type { Attempt, Checkout } from '../core/checkout.ts'
import type { HistoryEntry, OutboxEvent, PaymentRequestLog, Saved } from '../core/store.ts'
import { compiled } from './compiled.ts'
import { insertHistory, isInHistory } from './history.ts'
import { isPostgres } from './postgres/is-postgres.ts'
import { toAttemptRow, toCheckoutValues } from './rows.ts'
import type { AttemptRow, CheckoutValues } from './rows.ts'
import type { Tables } from './schema.ts'
import { allSettled } from './side-by-side.ts'
import type { Job } from './write-queue.ts'

export interface EventToStore extends OutboxEvent {
  /** Null: the event is in the list of events, and not sent. */
  readonly nextTryAt: number | null
}

export interface CheckoutChange {
  readonly merchantId: string
  readonly checkout: Checkout
  /** Of one attempt, oldest first. */
  readonly entries: readonly HistoryEntry[]
  readonly events: readonly EventToStore[]
  /** Of a new attempt. */
  readonly paymentRequest?: PaymentRequestLog
}

/**
 * Saves the change, unless the stored checkout is a newer one than the change was made from.
 *
 * [postgresql] after a crash during its COMMIT, the job of an answer runs once more, and may find what it has written itself.
 * Taken for another writer's, it would be applied again: to a provider that says something twice, more is believed.
 */
export function saveIfCurrent(change: CheckoutChange, before: Checkout | undefined): Job<Saved> {
  // Another answer in the same millisecond may have left the same line in the history.
  let hasSaved = false
  return async (trx) => {
    const isCurrent = !before?.refunds.length || (await hasRefundsOf(trx, before))
    const saved = isCurrent ? await saveChange(trx, change, before) : 'stale'
    if (saved === 'stale' && hasSaved && (await isStored(trx, change))) return 'saved'
    hasSaved ||= saved === 'saved'
    return saved
  }
}

const isStored = (trx: Transaction<Tables>, { checkout, entries: [entry] }: CheckoutChange) =>
  entry ? isInHistory(trx, checkout.id, entry) : hasRefundsOf(trx, checkout)

/**
 * Attempts of refunds are counted without a new version: a change made from an older count would lose them.
 *
 * [postgresql] the row is locked, so that it is still the same when it is updated: a command writes beside the server.
 */
async function hasRefundsOf(trx: Transaction<Tables>, { id, refunds }: Checkout): Promise<boolean> {
  const row = await trx
    .selectFrom('checkouts')
    .select('refunds')
    .where('id', '=', id)
    .$if(isPostgres(trx), (query) => query.forUpdate())
    .executeTakeFirst()
  return JSON.stringify(JSON.parse(row?.refunds ?? '[]')) === JSON.stringify(refunds)
}

export async function saveChange(
  trx: Transaction<Tables>,
  { merchantId, checkout, entries, events, paymentRequest }: CheckoutChange,
  before: Checkout | undefined,
): Promise<Saved> {
  const { id, version } = checkout
  const attemptId = entries[0]?.attemptId ?? null
  const newRef = newRefIn({ checkout, entries })
  const change = { ...changedValues(checkout, before), version, ...newRef }
  const storedVersion = version - entries.length
  const updated = await updateCheckout(trx, { id, storedVersion, ...change })
  if (!updated.numAffectedRows)
    return newRef && (await isRefTaken(trx, newRef)) ? 'ref_taken' : 'stale'
  await allSettled([
    saveAttempts(trx, merchantId, checkout, attemptId, before),
    ...entries.map((entry) => insertHistory(trx, id, entry)),
    insertEvents(trx, merchantId, events),
    paymentRequest && insertPaymentRequest(trx, toRow(paymentRequest)),
  ])
  // A request that was not sent does not count towards the rate limits.
  if (attemptId !== null && entries.some(({ type }) => type === 'not_sent'))
    await trx.deleteFrom('payment_requests').where('attempt_id', '=', attemptId).execute()
  return 'saved'
}

interface NewRef {
  readonly ref: string
  readonly attemptId: string
}

/** A provider's id belongs to one attempt. A unique index holds that too; this is known before it fails. */
function newRefIn({
  checkout,
  entries,
}: Pick<CheckoutChange, 'checkout' | 'entries'>): NewRef | null {
  if (!entries.some(({ type }) => type === 'requested' || type === 'refused')) return null
  const attempt = checkout.attempts.find(({ id }) => id === entries[0]?.attemptId)
  return attempt?.providerRef ? { ref: attempt.providerRef, attemptId: attempt.id } : null
}

const isRefTaken = async (trx: Transaction<Tables>, newRef: NewRef): Promise<boolean> =>
  (await attemptsWithRef(trx, newRef)).rows.length > 0

/** [sqlite] an update of an indexed column rewrites its index, even where the value stays the same. */
function changedValues(checkout: Checkout, before: Checkout | undefined): Partial<CheckoutValues> {
  const values = toCheckoutValues(checkout)
  if (!before) return values
  const known = toCheckoutValues(before)
  const columns = Object.keys(values) as (keyof CheckoutValues)[]
  const changed: Record<string, unknown> = {}
  for (const column of columns)
    if (values[column] !== known[column]) changed[column] = values[column]
  return changed
}

/** A change concerns one attempt, and a late payment the open one as well; the others stay as they are. */
async function saveAttempts(
  trx: Transaction<Tables>,
  merchantId: string,
  checkout: Checkout,
  attemptId: string | null,
  before: Checkout | undefined,
): Promise<void> {
  for (const [index, attempt] of checkout.attempts.entries()) {
    if (attempt.id !== attemptId && attempt !== openAttempt(checkout)) continue
    const row = toAttemptRow(checkout.id, index + 1, attempt)
    const known = before?.attempts.find(({ id }) => id === attempt.id)
    if (known) await updateAttempt(trx, changedAttempt(row, known))
    else await upsertAttempt(trx, { ...row, merchant_id: merchantId })
  }
}

function changedAttempt(row: AttemptRow, before: Attempt): AttemptUpdate {
  const { id, provider_ref, late_check_at, ended_at, outcome, details } = row
  return {
    ...{ id, late_check_at, outcome, details },
    ...(provider_ref !== before.providerRef && { provider_ref }),
    ...(ended_at !== before.endedAt && { ended_at }),
  }
}

/**
 * [postgresql] a sequence counts when it is asked, and not when the transaction commits: without this, a reader of the list
 * could see an event before one with a lower number, and continue after it. The inserts are sent after it.
 */
async function lockEvents(trx: Transaction<Tables>): Promise<void> {
  if (isPostgres(trx)) await takeLock(trx, { lock: eventsLock })
}

/** Any number that is not used for another purpose. */
const eventsLock = 4_815_162_343

async function insertEvents(
  trx: Transaction<Tables>,
  merchantId: string,
  events: readonly EventToStore[],
): Promise<void> {
  if (events.length === 0) return
  await allSettled([lockEvents(trx), ...events.map((event) => insertEvent(trx, merchantId, event))])
}

const toRow = ({ attemptId, phone, address, at }: PaymentRequestLog) => ({
  ...{ attempt_id: attemptId, phone_hash: phone, address_hash: address, at },
})

const insertEvent = (trx: Transaction<Tables>, merchantId: string, event: EventToStore) =>
  insertEventRow(trx, {
    id: event.id,
    merchant_id: merchantId,
    checkout_id: event.checkoutId,
    type: event.type,
    at: event.at,
    body: event.body,
    tries: 0,
    next_try_at: event.nextTryAt,
    delivered_at: null,
  })

// Compiled once: these run with every change, while a shopper waits.

type CheckoutUpdate = Updateable<Tables['checkouts']> &
  Partial<NewRef> & { id: string; storedVersion: number }

const updateCheckout = compiled(
  (db, { id, storedVersion, ref, attemptId, ...change }: CheckoutUpdate) =>
    db
      .updateTable('checkouts')
      .set(change)
      .where('id', '=', id)
      .where('version', '=', storedVersion)
      .$if(ref !== undefined, (query) =>
        query.where((eb) => eb.not(eb.exists(othersWith(db, ref ?? '', attemptId ?? '')))),
      ),
)

const attemptsWithRef = compiled((db, { ref, attemptId }: NewRef) => othersWith(db, ref, attemptId))

const othersWith = (db: Kysely<Tables>, ref: string, attemptId: string) =>
  db
    .selectFrom('attempts')
    .select('id')
    .where('provider_ref', '=', ref)
    .where('id', '!=', attemptId)

const insertEventRow = compiled((db, row: Insertable<Tables['events']>) =>
  db.insertInto('events').values(row),
)

const takeLock = compiled(
  (_, { lock }: { lock: number }) => sql`select pg_advisory_xact_lock(${lock})`,
)

type AttemptUpdate = Updateable<Tables['attempts']> & { id: string }

const updateAttempt = compiled((db, { id, ...change }: AttemptUpdate) =>
  db.updateTable('attempts').set(change).where('id', '=', id),
)

const insertPaymentRequest = compiled((db, row: Insertable<Tables['payment_requests']>) =>
  db.insertInto('payment_requests').values(row),
)

const upsertAttempt = compiled((db, row: Insertable<Tables['attempts']>) => {
  const { provider_ref, late_check_at, ended_at, outcome, details } = row
  return db
    .insertInto('attempts')
    .values(row)
    .onConflict((on) =>
      on.column('id').doUpdateSet({ provider_ref, late_check_at, ended_at, outcome, details }),
    )
})
