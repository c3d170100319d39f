import { sql } from 'kysely'
import type { ExpressionBuilder, Kysely } from 'kysely'
import type { Checkout } from '../core/checkout.ts'
import type { CheckoutSearch } from '../core/store.ts'
import { loadAll } from './checkout-queries.ts'
import { isPostgres } from './postgres/is-postgres.ts'
import type { Tables } from './schema.ts'

type Db = Kysely<Tables>

/** How much older than the time of a search a checkout may be that had a payment requested in it. */
const maxAgeMs = 7 * 24 * 60 * 60_000
/** Digits that more requests than this were sent to tell nobody apart. */
const maxOfPayer = 1_000

/**
 * Checkouts to which everything of the search applies, the newest first. The time is that of the checkout, or of a payment
 * request.
 */
export async function search(
  db: Db,
  merchantId: string,
  wanted: CheckoutSearch,
  limit: number,
): Promise<readonly Checkout[]> {
  const { amounts, payers } = wanted
  const span = { from: wanted.from ?? 0, until: wanted.until ?? Number.MAX_SAFE_INTEGER }
  if (payers !== null) {
    const ids = await checkoutsOfPayers(db, merchantId, payers)
    const rows = ids.length === 0 ? [] : await among(db, ids, amounts, span, limit)
    return loadAll(db, merchantId, rows)
  }
  const rows =
    amounts === null
      ? await inTime(db, merchantId, span, limit)
      : await ofAmount(db, merchantId, amounts, span, limit)
  return loadAll(db, merchantId, rows)
}

/** Not by the column itself: for its order, SQLite would read all checkouts of the merchant. */
const newestFirst = sql`created_at + 0 desc`

interface Span {
  readonly from: number
  readonly until: number
}
type Amounts = NonNullable<CheckoutSearch['amounts']>

async function checkoutsOfPayers(
  db: Db,
  merchantId: string,
  payers: readonly string[],
): Promise<readonly string[]> {
  const ofPayers = db
    .selectFrom('attempts')
    .select('checkout_id')
    .where('merchant_id', '=', merchantId)
    // [sqlite] a partial index is used only if its condition appears literally in the query.
    .where('phone_hash', 'is not', null)
    .where(maskedPayer(db), 'in', payers)
    .limit(maxOfPayer)
  const open = await ofPayers.where('ended_at', 'is', null).execute()
  const ended = await ofPayers.where('ended_at', 'is not', null).execute()
  return [...new Set([...open, ...ended].map(({ checkout_id }) => checkout_id))]
}

/** The expression of the index `attempts_by_payer`. */
const maskedPayer = (db: Db) =>
  isPostgres(db)
    ? sql<string>`(details::jsonb #>> '{payer,masked}')`
    : sql<string>`case when json_valid(details) then json_extract(details, '$.payer.masked') end`

/** Without the merchant, whose ids these are: SQLite would read all of the merchant's checkouts to find them. */
const among = (
  db: Db,
  ids: readonly string[],
  amounts: Amounts | null,
  span: Span,
  limit: number,
) =>
  db
    .selectFrom('checkouts')
    .select('id')
    .where('id', 'in', ids)
    .$if(amounts !== null, (query) => query.where(isOneOf(amounts ?? [])))
    .where(isInSpan(span))
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()

const ofAmount = (db: Db, merchantId: string, amounts: Amounts, span: Span, limit: number) =>
  db
    .selectFrom('checkouts')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('amount', 'in', [...new Set(amounts.map(({ amount }) => amount))])
    .where('created_at', '>=', span.from - maxAgeMs)
    .where('created_at', '<=', span.until)
    .where(isOneOf(amounts))
    .where(isInSpan(span))
    .orderBy(newestFirst)
    .limit(limit)
    .execute()

const isOneOf = (amounts: Amounts) => (where: ExpressionBuilder<Tables, 'checkouts'>) =>
  where.or(
    amounts.map(({ amount, currency }) =>
      where.and([where(sql`amount + 0`, '=', amount), where('currency', '=', currency)]),
    ),
  )

const isInSpan =
  ({ from, until }: Span) =>
  (where: ExpressionBuilder<Tables, 'checkouts'>) =>
    where.or([
      where.and([where(sql`created_at + 0`, '>=', from), where(sql`created_at + 0`, '<=', until)]),
      where.exists(
        where
          .selectFrom('attempts')
          .select('attempts.id')
          .whereRef('attempts.checkout_id', '=', 'checkouts.id')
          .where(sql`attempts.started_at + 0`, '>=', from)
          .where(sql`attempts.started_at + 0`, '<=', until),
      ),
    ])

async function inTime(db: Db, merchantId: string, { from, until }: Span, limit: number) {
  const created = await db
    .selectFrom('checkouts')
    .select(['id', 'created_at as at'])
    // [sqlite] as a column it would have all checkouts of the merchant read.
    .where(sql`merchant_id || ''`, '=', merchantId)
    .where('created_at', '>=', from)
    .where('created_at', '<=', until)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
  const started = await db
    .selectFrom('attempts')
    .select(['checkout_id as id', 'started_at as at'])
    .where('merchant_id', '=', merchantId)
    .where('started_at', '>=', from)
    .where('started_at', '<=', until)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute()
  const all = [...created, ...started].sort((one, other) => other.at - one.at)
  return [...new Set(all.map(({ id }) => id))].slice(0, limit).map((id) => ({ id }))
}

/** Checkouts whose reference is this one in whatever case, the newest first. */
export async function withReference(
  db: Db,
  merchantId: string,
  reference: string,
  limit: number,
): Promise<readonly Checkout[]> {
  const inLowerCase = spellings(reference).map((one) => sql<string>`lower(cast(${one} as text))`)
  const rows = await db
    .selectFrom('checkouts')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where(sql<boolean>`lower(reference) in (${sql.join(inLowerCase)})`)
    .orderBy(newestFirst)
    .limit(limit)
    .execute()
  return loadAll(db, merchantId, rows)
}

/** Letters of a reference that are spelled both ways; 2 to the power of it spellings are looked up. */
const maxLetters = 6

/**
 * [sqlite] "The lower(X) function works for ASCII characters only by default", and so does PostgreSQL's in some locales. The
 * other letters of a reference, `Þ` say, are therefore looked up in both cases.
 */
function spellings(reference: string): readonly string[] {
  let all = ['']
  let letters = 0
  for (const letter of reference) {
    const cases = new Set([letter.toLowerCase(), letter.toUpperCase()])
    const isFolded = /^\p{ASCII}$/u.test(letter) || cases.size === 1
    if (!isFolded && ++letters > maxLetters)
      return [reference, reference.toLowerCase(), reference.toUpperCase()]
    const ways = isFolded ? [letter] : [...cases]
    all = all.flatMap((start) => ways.map((way) => start + way))
  }
  return all
}

/** The checkout with a payment request that the provider knows by this id. */
export async function withProviderRef(
  db: Db,
  merchantId: string,
  providerRef: string,
): Promise<Checkout | null> {
  const rows = await db
    .selectFrom('attempts')
    .select('checkout_id as id')
    .where('merchant_id', '=', merchantId)
    .where('provider_ref', '=', providerRef)
    .execute()
  const [checkout = null] = await loadAll(db, merchantId, rows)
  return checkout
}

/** Checkouts that were paid since then after they had been given up, the newest payment first. */
export async function paidLate(
  db: Db,
  merchantId: string,
  since: number,
  limit: number,
): Promise<readonly Checkout[]> {
  const rows = await db
    .selectFrom('checkouts')
    .select('id')
    .where('merchant_id', '=', merchantId)
    // [sqlite] a partial index is used only if its condition appears literally in the query.
    .where('late', '=', sql.lit(1))
    .where('paid_at', '>=', since)
    .orderBy('paid_at', 'desc')
    .limit(limit)
    .execute()
  return loadAll(db, merchantId, rows)
}
