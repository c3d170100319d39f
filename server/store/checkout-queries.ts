import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Attempt, Checkout } from '../core/checkout.ts'
import type { Expiry, OpenToPhone } from '../core/store.ts'
import { compiled } from './compiled.ts'
import { fromAttemptRow, fromRows } from './rows.ts'
import type { AttemptRow, CheckoutRow } from './rows.ts'
import { isInPartitions, valueOf } from './postgres/partitions.ts'
import type { Own, Partitions } from './postgres/partitions.ts'
import type { Tables } from './schema.ts'

type Db = Kysely<Tables>

interface Page extends Own {
  readonly merchantId: string
  readonly limit: number
}

export const attemptsOf = (db: Db, checkoutId: string) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('checkout_id', '=', checkoutId)
    .orderBy('number')
    .execute()

/** One statement, which sees row and attempts as they were at one moment. */
export async function load(db: Db, merchantId: string, id: string): Promise<Checkout | null> {
  const { rows } = await selectWithAttempts(db, { merchantId, id })
  const [row] = rows
  if (!row) return null
  const attempts = row[named('id')] === null ? [] : rows.map(attemptRowIn)
  return fromRows(row, attempts)
}

const checkoutColumns = [
  ...(['id', 'reference', 'status', 'version', 'amount', 'currency', 'created_at'] as const),
  ...(['expires_at', 'closing', 'paid_at', 'paid_attempt', 'late', 'review'] as const),
  ...(['review_closed_at', 'replaces', 'options', 'refunds', 'refunding'] as const),
  'order_details',
] as const satisfies (keyof CheckoutRow)[]

const attemptColumns = [
  ...(['id', 'checkout_id', 'number', 'reference', 'token', 'provider_ref', 'phone_hash'] as const),
  ...(['late_check_at', 'started_at', 'ended_at', 'outcome', 'details'] as const),
] satisfies (keyof AttemptRow)[]

type AttemptColumn = (typeof attemptColumns)[number]

/** Beside the columns of a checkout, of which some have the same name. */
const named = <Column extends AttemptColumn>(column: Column) => `attempt.${column}` as const

const selectWithAttempts = compiled((db, { merchantId, id }: { merchantId: string; id: string }) =>
  db
    .selectFrom('checkouts')
    .leftJoin('attempts', 'attempts.checkout_id', 'checkouts.id')
    .select(checkoutColumns.map((column) => `checkouts.${column}` as const))
    .select(attemptColumns.map((column) => sql.ref(`attempts.${column}`).as(named(column))))
    .where('checkouts.merchant_id', '=', merchantId)
    .where('checkouts.id', '=', id)
    .orderBy('attempts.number'),
)

const attemptRowIn = (row: Readonly<Record<ReturnType<typeof named>, unknown>>): AttemptRow =>
  Object.fromEntries(
    attemptColumns.map((column) => [column, row[named(column)]]),
  ) as unknown as AttemptRow

/** The checkout that holds a reference. */
export async function findByReference(
  db: Db,
  merchantId: string,
  reference: string,
): Promise<Checkout | null> {
  const row = await holderOf(db, merchantId, reference)
  return row ? fromRows(row, await attemptsOf(db, row.id)) : null
}

const checkoutsOf = (db: Db, merchantId: string) =>
  db.selectFrom('checkouts').selectAll().where('merchant_id', '=', merchantId)

export const rowById = (db: Db, merchantId: string, id: string) =>
  checkoutsOf(db, merchantId).where('id', '=', id).executeTakeFirst()

/**
 * The row of the checkout that holds a reference: the newest one, unless that ended without a payment and an earlier one was
 * paid after all, or needs a review. That one keeps the reference forever.
 */
export async function holderOf(db: Db, merchantId: string, reference: string) {
  const ofReference = checkoutsOf(db, merchantId).where('reference', '=', reference)
  const newest = await ofReference.where('replaced_by', 'is', null).executeTakeFirst()
  const isOver = newest?.status === 'canceled' || newest?.status === 'expired'
  if (!isOver || newest.replaces === null) return newest
  const kept = await ofReference
    .where('status', 'in', ['paid', 'review'])
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return kept ?? newest
}

/** A statement takes no more parameters than this. */
const maxIds = 5_000

export async function versionsOf(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>()
  for (const some of portionsOf(ids)) {
    const rows = await db
      .selectFrom('checkouts')
      .select(['id', 'version'])
      .where('id', 'in', some)
      .execute()
    for (const { id, version } of rows) versions.set(id, version)
  }
  return versions
}

export async function withSessions(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const some of portionsOf(ids)) {
    const rows = await db
      .selectFrom('sessions')
      .select('checkout_id')
      .where('checkout_id', 'in', some)
      .execute()
    for (const { checkout_id } of rows) found.add(checkout_id)
  }
  return found
}

function* portionsOf(ids: readonly string[]) {
  for (let from = 0; from < ids.length; from += maxIds) yield ids.slice(from, from + maxIds)
}

const selectByToken = compiled((db, { token }: { token: string }) =>
  db.selectFrom('attempts').select(attemptColumns).where('token', '=', token),
)

export async function findByToken(
  db: Db,
  token: string,
): Promise<{ readonly checkoutId: string; readonly attempt: Attempt } | null> {
  const { rows } = await selectByToken(db, { token })
  const [row] = rows
  return row ? { checkoutId: row.checkout_id, attempt: fromAttemptRow(row) } : null
}

/** Open attempts of any checkout whose request went to one of these phones. */
export async function openToPhone(
  db: Db,
  phones: readonly string[],
): Promise<readonly OpenToPhone[]> {
  const rows = await db
    .selectFrom('attempts')
    .leftJoin('payment_requests', 'payment_requests.attempt_id', 'attempts.id')
    .select(['attempts.id', 'attempts.checkout_id', 'payment_requests.address_hash'])
    .where('attempts.phone_hash', 'in', phones)
    .where('attempts.ended_at', 'is', null)
    .execute()
  return rows.map(({ id, checkout_id, address_hash }) => ({
    ...{ checkoutId: checkout_id, attemptId: id, address: address_hash },
  }))
}

const selectOvertaken = compiled((db, { merchantId, limit, partitions }: Page) => {
  const isPayable = sql<boolean>`newer.closing is null and newer.status not in
    ('paid', 'canceled', 'expired', 'review')`
  // Closing it may have come too late: then both are paid, and the shop has to know.
  const needsReview = sql<boolean>`older.status = 'paid' and newer.status = 'paid'
    and (newer.review is null or (newer.review != 'paid_twice' and newer.review_closed_at is not null))
    and (newer.replaced_by is null or older.created_at <= newer.created_at)`
  return (
    db
      .selectFrom('checkouts as older')
      // Not only its direct successor, which may have been replaced itself.
      .innerJoin('checkouts as newer', (join) =>
        join
          .onRef('newer.merchant_id', '=', 'older.merchant_id')
          .onRef('newer.reference', '=', 'older.reference')
          .onRef('newer.id', '!=', 'older.id'),
      )
      .select('newer.id')
      .where('older.merchant_id', '=', merchantId)
      .where('older.replaced_by', 'is not', null)
      // [sqlite] a partial index is used only if its condition appears literally in the query.
      .where(sql<boolean>`older.status in ('paid', 'review')`)
      .where('newer.replaces', 'is not', null)
      .where((where) => where.or([isPayable, needsReview]))
      .$if(partitions !== undefined, (query) =>
        query.where(isInPartitions('newer.id', partitions ?? [])),
      )
      .limit(limit)
  )
})

/** The ids of checkouts whose predecessor under the same reference was paid after they had replaced it. */
export async function overtaken(
  db: Db,
  merchantId: string,
  limit: number,
  partitions: Partitions = null,
): Promise<readonly string[]> {
  const { rows } = await selectOvertaken(db, { merchantId, limit, ...valueOf(partitions) })
  return [...new Set(rows.map(({ id }) => id))]
}

const selectRefunding = compiled(
  (db, { merchantId, after, limit, partitions }: Page & { after: string }) =>
    db
      .selectFrom('checkouts')
      .select('id')
      .where('merchant_id', '=', merchantId)
      .where('refunding', '=', sql.lit(1)) // literally, as above
      .where('id', '>', after)
      .$if(partitions !== undefined, (query) => query.where(isInPartitions('id', partitions ?? [])))
      .orderBy('id')
      .limit(limit),
)

/** Checkouts with a pending refund and an id above `after`. */
export async function refunding(
  db: Db,
  merchantId: string,
  after: string,
  limit: number,
  partitions: Partitions = null,
): Promise<readonly Checkout[]> {
  const { rows } = await selectRefunding(db, { merchantId, after, limit, ...valueOf(partitions) })
  return loadAll(db, merchantId, rows)
}

export async function loadAll(
  db: Db,
  merchantId: string,
  rows: readonly { id: string }[],
): Promise<readonly Checkout[]> {
  const checkouts = await Promise.all(rows.map(({ id }) => load(db, merchantId, id)))
  return checkouts.filter((checkout) => checkout !== null)
}

/** Checkouts with a reason for a review that nobody has closed, the newest first. */
export async function inReview(
  db: Db,
  merchantId: string,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly Checkout[]> {
  const rows = await db
    .selectFrom('checkouts')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('review', 'is not', null)
    .where('review_closed_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .execute()
  return loadAll(db, merchantId, rows)
}

/** Their number alone, which a scrape of the metrics asks for. */
export async function countInReview(db: Db, merchantId: string): Promise<number> {
  const { count } = await db
    .selectFrom('checkouts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('merchant_id', '=', merchantId)
    .where('review', 'is not', null)
    .where('review_closed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** Checkouts with an open attempt. */
export async function unfinished(
  db: Db,
  merchantId: string,
  partitions: Partitions = null,
): Promise<readonly Checkout[]> {
  const withOpenAttempt = db
    .selectFrom('attempts')
    .select('checkout_id')
    .where('merchant_id', '=', merchantId)
    .where('ended_at', 'is', null)
    .$if(partitions !== null, (query) =>
      query.where(isInPartitions('checkout_id', partitions ?? [])),
    )
  const rows = await db
    .selectFrom('checkouts')
    .selectAll()
    .where('id', 'in', withOpenAttempt)
    .execute()
  const attempts = await db
    .selectFrom('attempts')
    .selectAll()
    .where('checkout_id', 'in', withOpenAttempt)
    .orderBy('number')
    .execute()
  const byCheckout = new Map<string, typeof attempts>()
  for (const attempt of attempts) {
    const siblings = byCheckout.get(attempt.checkout_id)
    if (siblings) siblings.push(attempt)
    else byCheckout.set(attempt.checkout_id, [attempt])
  }
  return rows.map((row) => fromRows(row, byCheckout.get(row.id) ?? []))
}

const selectFirstToExpire = compiled((db, { merchantId, limit, partitions }: Page) =>
  db
    .selectFrom('checkouts')
    .select(['id', 'expires_at'])
    .where('merchant_id', '=', merchantId)
    .where('status', '=', sql.lit('open')) // literally, as above
    .where('closing', 'is', null)
    .$if(partitions !== undefined, (query) => query.where(isInPartitions('id', partitions ?? [])))
    .orderBy('expires_at')
    .limit(limit),
)

/** The open checkouts that expire first; not those that are being closed, which the end of their attempt closes. */
export async function firstToExpire(
  db: Db,
  merchantId: string,
  limit: number,
  partitions: Partitions = null,
): Promise<readonly Expiry[]> {
  const { rows } = await selectFirstToExpire(db, { merchantId, limit, ...valueOf(partitions) })
  return rows.map(({ id, expires_at }) => ({ id, expiresAt: expires_at }))
}
