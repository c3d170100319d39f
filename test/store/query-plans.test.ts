import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import type { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../server/store/database.ts'
import { storeDialect } from '../../server/store/dialect.ts'
import { connectRaw, openSqlite } from '../../server/store/sqlite.ts'
import * as checkouts from '../../server/store/checkout-queries.ts'
import * as backlog from '../../server/store/event-backlog.ts'
import * as list from '../../server/store/event-list.ts'
import * as searches from '../../server/store/search.ts'
import * as schedule from '../../server/store/event-schedule.ts'
import { historyOf } from '../../server/store/history.ts'
import * as lateChecks from '../../server/store/late-checks.ts'
import type { Tables } from '../../server/store/schema.ts'

const merchantId = 'default'

const amounts = [{ amount: 12_990, currency: 'ISK' }]
const nothing = { amounts: null, payers: null, from: null, until: null }

/** What a running server asks again and again, or with each request. */
const queries: Readonly<Record<string, (db: Kysely<Tables>) => Promise<unknown>>> = {
  'late checks': (db) => lateChecks.due(db, merchantId, 1, 32),
  'how many late checks are due': (db) => lateChecks.countDue(db, merchantId, 1),
  'paid predecessors': (db) => checkouts.overtaken(db, merchantId, 32),
  'checkouts in review': (db) => checkouts.inReview(db, merchantId, { limit: 50, offset: 0 }),
  'how many checkouts are in review': (db) => checkouts.countInReview(db, merchantId),
  'pending refunds': (db) => checkouts.refunding(db, merchantId, '', 32),
  'the first checkouts to expire': (db) => checkouts.firstToExpire(db, merchantId, 32),
  'the checkout of a reference': (db) => checkouts.findByReference(db, merchantId, 'WEB-1'),
  'the attempt of a callback': (db) => checkouts.findByToken(db, 'token'),
  'open requests to a phone': (db) => checkouts.openToPhone(db, ['phone']),
  'due events': (db) => schedule.due(db, merchantId, 1, 10),
  'due outcomes': (db) => schedule.dueOutcomes(db, merchantId, 1, 10),
  'the time of the next event': (db) => schedule.nextDueAt(db, merchantId, 1),
  'a page of events': (db) => list.after(db, merchantId, 1, 10),
  'the events of a checkout': (db) => list.eventsOf(db, merchantId, 'chk_1'),
  'undelivered events': (db) => backlog.undelivered(db, merchantId),
  'the checkouts with an open attempt': (db) => checkouts.unfinished(db, merchantId),
  'what the shop did not accept': (db) => backlog.unaccepted(db, merchantId, 50, true),
  'late payments': (db) => searches.paidLate(db, merchantId, 1, 50),
  'a reference in any case': (db) => searches.withReference(db, merchantId, 'þór-1', 50),
  'the request that a provider names': (db) => searches.withProviderRef(db, merchantId, 'ref'),
  'checkouts of an amount': (db) => searches.search(db, merchantId, { ...nothing, amounts }, 50),
  'checkouts of a time': (db) =>
    searches.search(db, merchantId, { ...nothing, from: 1, until: 2 }, 50),
  'checkouts of an amount in a time': (db) =>
    searches.search(db, merchantId, { ...nothing, amounts, from: 1, until: 2 }, 50),
  'checkouts of a payer': (db) =>
    searches.search(db, merchantId, { amounts, payers: ['•••3281'], from: 1, until: 2 }, 50),
  'the history of a checkout': (db) => historyOf(db, 'chk_1'),
}

/** They hold only what is under way, so reading them from end to end reads nothing that is over. */
const smallIndexes = [
  'open_checkouts_by_expiry',
  'undelivered_events',
  'paid_predecessors',
  'checkouts_in_review',
  'abandoned_events',
]

let db: Kysely<Tables>
let raw: ReturnType<typeof connectRaw>
const asked: CompiledQuery[] = []
beforeAll(async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'plans-')), 'checkout.db')
  await (await openDatabase(`file:${path}`)).close()
  db = new Kysely({
    dialect: storeDialect(openSqlite(path)),
    log: ({ query }) => void asked.push(query),
  })
  raw = connectRaw(path)
})
afterAll(async () => {
  raw.close()
  await db.destroy()
})

/** The steps in which SQLite answers what was asked. */
const plans = () =>
  asked.flatMap(({ sql, parameters }) => {
    const rows = raw.prepare(`explain query plan ${sql}`).all(...parameters)
    return (rows as { detail: string }[]).map(({ detail }) => detail)
  })

it.each(Object.keys(queries))('finds %s without reading a whole table', async (name) => {
  asked.length = 0
  await queries[name]?.(db)
  expect(asked).not.toEqual([])
  const steps = plans()
  const isWholeTable = (step: string) =>
    /^SCAN (?!latest$)/.test(step) && !smallIndexes.some((index) => step.endsWith(` ${index}`))
  expect(steps.filter(isWholeTable)).toEqual([])
})

it.each([
  ['checkouts of an amount', 'checkouts_by_amount (amount=? AND merchant_id=?'],
  ['checkouts of an amount in a time', 'checkouts_by_amount (amount=? AND merchant_id=?'],
  ['checkouts of a time', 'checkouts_by_time (created_at>? AND created_at<?'],
  ['checkouts of a time', 'attempts_by_time (started_at>? AND started_at<?'],
  ['checkouts of a payer', 'attempts_by_payer (<expr>=? AND merchant_id=?'],
  ['checkouts of a payer', 'open_attempts_by_merchant (merchant_id=?'],
  ['a reference in any case', 'checkouts_by_reference_in_lower_case (<expr>=? AND merchant_id=?'],
  ['late payments', 'late_payments (merchant_id=? AND paid_at>?'],
  ['what the shop did not accept', 'abandoned_events'],
  ['paid predecessors', 'paid_predecessors'],
  ['checkouts in review', 'checkouts_in_review'],
  ['pending refunds', 'refunding_checkouts'],
  ['the first checkouts to expire', 'open_checkouts_by_expiry'],
  ['the checkouts with an open attempt', 'open_attempts_by_merchant'],
  ['late checks', 'late_checks'],
  ['due events', 'undelivered_events'],
  ['the events of a checkout', 'events_by_checkout'],
])('finds %s by the index %s', async (name, index) => {
  asked.length = 0
  await queries[name]?.(db)
  expect(plans().filter((step) => step.includes(index))).not.toEqual([])
})
