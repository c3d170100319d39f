import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '../../server/cli/audit.ts'
import { backup } from '../../server/cli/backup.ts'
import { settingsFor } from '../support/process.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { merchant, read, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { run } from './run-cli.ts'
import { openShop, webhookTo } from './shop.ts'
import type { Shop } from './shop.ts'

const clock = new ManualClock()
const folder = mkdtempSync(join(tmpdir(), 'audit-'))
let shop: Shop
let testServer: TestServer
/** Declined once, then paid and refunded in part. */
let paidId: string
/** Canceled by the shop, then one that waits for its shopper. */
let canceledId: string
let waitingId: string

const environment = (databasePath: string) => ({
  ...settingsFor(testServer.simulator),
  ...webhookTo(shop),
  DATABASE_URL: `file:${databasePath}`,
})

const snapshotPath = join(folder, 'snapshot.db')
let copies = 0

/** Audits a copy of the database after these statements. */
async function auditAfter(statements: readonly string[], now = clock) {
  const path = join(folder, `copy-${++copies}.db`)
  copyFileSync(snapshotPath, path)
  const connection = openSecondConnection(path)
  for (const statement of statements) connection.exec(statement)
  connection.close()
  return run(audit, environment(path), [], now)
}

const statusIs = (session: string, wanted: string) =>
  until(
    () => {
      clock.advance(500)
      return read(testServer, session)
    },
    ({ status }) => status === wanted,
  )

const lastCart = () => testServer.simulator.inspect().carts.at(-1)!.TransactionId

beforeAll(async () => {
  shop = await openShop()
  testServer = await startTestServer({
    clock,
    env: webhookTo(shop),
    envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
  })
  const paid = await testServer.create()
  paidId = paid.id
  await start(testServer, paid.session)
  testServer.simulator.reject(lastCart())
  await statusIs(paid.session, 'open')
  await start(testServer, paid.session)
  testServer.simulator.approve(lastCart())
  await statusIs(paid.session, 'paid')
  await merchant(testServer, 'POST', `/v1/checkouts/${paidId}/refunds`, {
    body: { amount: 990 },
    headers: { 'idempotency-key': 'part' },
  })
  canceledId = (await testServer.create()).id
  await merchant(testServer, 'POST', `/v1/checkouts/${canceledId}/cancel`)
  const waiting = await testServer.create()
  waitingId = waiting.id
  await start(testServer, waiting.session, '7771234')
  await run(backup, environment(testServer.databasePath), [snapshotPath])
})
afterAll(async () => {
  await testServer.close()
  shop.close()
})

describe('audit', () => {
  it('explains every checkout of a running server', async () => {
    const { code, text } = await run(audit, environment(testServer.databasePath), [], clock)
    expect(text).toBe('Replayed 3: 0 not explained by their history.')
    expect(code).toBe(0)
  })

  const paid = () => `where id = '${paidId}'`
  const ofPaid = () => `where checkout_id = '${paidId}'`
  const refunds = (change: string) =>
    `update checkouts set refunds = json_set(refunds, ${change}) ${paid()}`
  const attempts = (change: string) =>
    `update attempts set details = json_set(details, ${change}) ${ofPaid()} and number = 2`

  it.each<[what: string, problem: RegExp, statement: () => string]>([
    [
      'a status',
      /status: expected paid, stored open$/m,
      () => `update checkouts set status = 'open' ${paid()}`,
    ],
    [
      'the time of the payment',
      /paidAt: expected 2026-\S+, stored 2026-\S+$/m,
      () => `update checkouts set paid_at = paid_at - 1 ${paid()}`,
    ],
    [
      'the paid attempt',
      /paidAttemptId: expected att_\S+, stored att_other$/m,
      () => `update checkouts set paid_attempt = 'att_other' ${paid()}`,
    ],
    [
      'the amount of the order',
      /event checkout\.attempt_failed \(\S+\) reports amount 12990, expected 1$/m,
      () => `update checkouts set amount = 1 ${paid()}`,
    ],
    [
      'the amount of the payment',
      /: attempt 2 paidAmount: expected 12990, stored 5$/m,
      () => attempts("'$.paidAmount', 5"),
    ],
    [
      'a review',
      /review: expected null, stored paid_twice$/m,
      () => `update checkouts set review = 'paid_twice' ${paid()}`,
    ],
    [
      'lateness',
      /late: expected false, stored true$/m,
      () => `update checkouts set late = 1 ${paid()}`,
    ],
    [
      'the sum of a refund',
      /event checkout\.refunded \(\S+\) reports refundedAmount 990, expected 991$/m,
      () => refunds("'$[0].amount', 991"),
    ],
    [
      'the status of a refund',
      /refund 1 status: expected refunded, stored failed$/m,
      () => refunds("'$[0].status', 'failed'"),
    ],
    [
      'a refund that is not there any more',
      /version \d+ \(refund_requested\): not possible after paid$/m,
      () => `update checkouts set refunds = '[]' ${paid()}`,
    ],
    [
      'the mark of a pending refund',
      /refunding: expected false, stored true$/m,
      () => `update checkouts set refunding = 1 ${paid()}`,
    ],
    [
      'the outcome of an attempt',
      /attempt 1 outcome: expected canceled, stored null$/m,
      () => `update attempts set outcome = null ${ofPaid()} and number = 1`,
    ],
    [
      'the end of an attempt',
      /attempt 1 isOpen: expected false, stored true/,
      () =>
        `update attempts set ended_at = null where checkout_id = '${waitingId}'; update attempts set ended_at = null ${ofPaid()} and number = 1`,
    ],
    [
      'a version',
      /version: expected \d+, stored 99$/m,
      () => `update checkouts set version = 99 ${paid()}`,
    ],
    [
      'a line of the history that is missing',
      /version 3: no line in the history$/m,
      () => `delete from history ${ofPaid()} and version = 3`,
    ],
    [
      'the line of the payment that is missing at the end',
      /version: expected \d+, stored \d+/,
      () =>
        `delete from history ${ofPaid()} and version = (select max(version) from history ${ofPaid()}); delete from events ${ofPaid()} and type = 'checkout.refunded'`,
    ],
    [
      'the type of a line',
      /version 2 \(paid\): not possible after open$/m,
      () => `update history set type = 'paid' ${ofPaid()} and version = 2`,
    ],
    [
      'an event that is missing',
      /event checkout\.paid: expected, not stored$/m,
      () => `delete from events ${ofPaid()} and type = 'checkout.paid'`,
    ],
    [
      'an event that nothing led to',
      /event checkout\.canceled \(evt_more\): stored, not expected$/m,
      () =>
        `insert into events (id, checkout_id, type, at, body, tries) select 'evt_more', id, 'checkout.canceled', created_at,
         json_object('type', 'checkout.canceled', 'data', json_object('checkout', json_object('version', 1))), 0 from checkouts ${paid()}`,
    ],
    [
      'a body that cannot be read',
      /event checkout\.paid \(\S+\): its body cannot be read$/m,
      () => `update events set body = 'x' ${ofPaid()} and type = 'checkout.paid'`,
    ],
    [
      'details that are not JSON',
      /what is stored is not valid JSON$/m,
      () => `update attempts set details = '{' ${ofPaid()} and number = 2`,
    ],
  ])('reports %s', async (_, problem, statement) => {
    const { code, text } = await auditAfter([statement()])
    expect(text).toMatch(problem)
    const [line = '', ...rest] = text.split('\n')
    expect(line).toContain(`! ${paidId}: `)
    expect(rest).toEqual(['Replayed 3: 1 not explained by their history.'])
    expect(code).toBe(1)
  })

  it('reports a missing event as such, even where nothing came after it', async () => {
    const { text } = await auditAfter([`delete from events where checkout_id = '${canceledId}'`])
    expect(text).toContain(
      `! ${canceledId}: version 2 (closing): event checkout.canceled: expected, not stored\n`,
    )
  })

  it('misses no event that is deleted after its 30 days', async () => {
    const later = new ManualClock()
    later.advance(31 * 24 * 3_600_000)
    const { code, text } = await auditAfter(['delete from events'], later)
    expect(text).toBe('Replayed 3: 0 not explained by their history.')
    expect(code).toBe(0)
  })

  it('replays more checkouts than it reads at a time, each once', async () => {
    const { text } = await auditAfter([
      `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 450)
         insert into checkouts (id, reference, status, version, amount, currency, created_at, expires_at, late, refunds, refunding, order_details)
         select 'chk_' || n, 'R' || n, 'open', 1, amount, currency, created_at, expires_at, 0, '[]', 0, order_details
         from checkouts, numbers where id = '${canceledId}'`,
      `insert into history (checkout_id, version, at, type)
         select id, 1, created_at, 'created' from checkouts where reference glob 'R*'`,
      `update checkouts set status = 'paid' where reference in ('R1', 'R450')`,
    ])
    expect(text).toContain('! chk_1: status: expected open, stored paid')
    expect(text).toContain('! chk_450: status: expected open, stored paid')
    expect(text).toContain('Replayed 453: 2 not explained by their history.')
  })
})
