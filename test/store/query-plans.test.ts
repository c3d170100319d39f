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
import * as schedule from '../../server/store/event-schedule.ts'
import { historyOf } from '../../server/store/history.ts'
import * as lateChecks from '../../server/store/late-checks.ts'
import type { Tables } from '../../server/store/schema.ts'

const merchantId = 'default'

/** What a running server asks again and again, or with each request. */
const queries: Readonly<Record<string, (db: Kysely<Tables>) => Promise<unknown>>> = {
  'late checks': (db) => lateChecks.due(db, merchantId, 1, 32),
  'how many late checks are due': (db) => lateChecks.countDue(db, merchantId, 1),
  'paid predecessors': (db) => checkouts.overtaken(db, merchantId, 32),
  'checkouts in review': (db) => checkouts.inReview(db, merchantId, 50),
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
  'the history of a checkout': (db) => historyOf(db, 'chk_1'),
}

/** They hold only what is under way, so reading them from end to end reads nothing that is over. */
const smallIndexes = [
  'open_checkouts_by_expiry',
  'undelivered_events',
  'paid_predecessors',
  'checkouts_in_review',
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

it.each(Object.keys(queries))('finds %s without reading a whole table', async (name) => {
  asked.length = 0
  await queries[name]?.(db)
  expect(asked).not.toEqual([])
  const steps = asked.flatMap(({ sql, parameters }) => {
    const rows = raw.prepare(`explain query plan ${sql}`).all(...parameters)
    return (rows as { detail: string }[]).map(({ detail }) => detail)
  })
  const isWholeTable = (step: string) =>
    /^SCAN (?!latest$)/.test(step) && !smallIndexes.some((index) => step.endsWith(` ${index}`))
  expect(steps.filter(isWholeTable)).toEqual([])
})
