import type { Checkout } from '../core/checkout.ts'
import { unexplained } from '../core/audit/unexplained.ts'
import type { StoredCheckout } from '../core/audit/unexplained.ts'
import type { CheckoutStore, OutboxStore } from '../core/store.ts'
import type { Database } from '../store/database.ts'

interface AuditDeps {
  readonly database: Database
  readonly storesOf: (merchantId: string) => Stores
}

interface Stores {
  readonly store: Pick<CheckoutStore, 'load' | 'history'>
  readonly outbox: Pick<OutboxStore, 'eventsOf'>
}

export interface Audited {
  readonly checkoutId: string
  /** What does not follow from the history; null: everything does. */
  readonly problem: string | null
}

/** Checkouts are read in pages of this many ids, and each is forgotten before the next. */
const pageSize = 200

/** A checkout that a running server keeps changing is read again this often. */
const maxReads = 20

/**
 * Replays the history of every stored checkout, by id. It only reads, and a server may be running.
 *
 * @param eventsKeptSince - events from before this time may have been deleted; Unix milliseconds
 */
export async function* audit(deps: AuditDeps, eventsKeptSince: number): AsyncGenerator<Audited> {
  let after = ''
  for (;;) {
    const rows = await rowsAfter(deps.database, after)
    for (const row of rows)
      yield { checkoutId: row.id, problem: await problemOf(deps, row, eventsKeptSince) }
    const last = rows.at(-1)
    if (!last) return
    after = last.id
  }
}

interface Row {
  readonly id: string
  readonly merchant_id: string
  readonly version: number
  readonly refunding: number
}

const rowsAfter = ({ db }: Database, after: string): Promise<readonly Row[]> =>
  db
    .selectFrom('checkouts')
    .select(['id', 'merchant_id', 'version', 'refunding'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(pageSize)
    .execute()

async function problemOf(
  deps: AuditDeps,
  row: Row,
  eventsKeptSince: number,
): Promise<string | null> {
  try {
    const stored = await readOne(deps.storesOf(row.merchant_id), row.id)
    if (!stored) return 'changes too often to be read'
    return unexplained(stored, eventsKeptSince) ?? markProblem(row, stored.checkout)
  } catch (error) {
    // [ecma] `JSON.parse` throws it. Its message quotes the text, which may be personal.
    if (error instanceof SyntaxError) return 'what is stored is not valid JSON'
    throw error
  }
}

/** Pending refunds are found by a mark on the checkout; without it, nobody would settle them. */
function markProblem(row: Row, { version, refunds }: Checkout): string | null {
  const isMarked = row.refunding === 1
  const isPending = refunds.some(({ status }) => status === 'pending')
  return row.version === version && isMarked !== isPending
    ? `refunding: expected ${isPending}, stored ${isMarked}`
    : null
}

/** Everything of one version; null: it never stays the same for long enough. */
async function readOne({ store, outbox }: Stores, id: string): Promise<StoredCheckout | null> {
  for (let reads = 0; reads < maxReads; reads++) {
    const before = await store.load(id)
    const history = await store.history(id)
    const events = await outbox.eventsOf(id)
    const checkout = await store.load(id)
    if (checkout && before?.version === checkout.version) return { checkout, history, events }
  }
  return null
}
