import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { audit } from '../../server/cli/audit.ts'
import { backup } from '../../server/cli/backup.ts'
import { doctor } from '../../server/cli/doctor.ts'
import { reconcile } from '../../server/cli/reconcile.ts'
import { refund } from '../../server/cli/refund.ts'
import { resend } from '../../server/cli/resend.ts'
import { restore } from '../../server/cli/restore.ts'
import { onDisk } from '../money/on-disk.ts'
import { apiKeyOf, merchantEntry, originOf, webhookOf } from '../support/merchants.ts'
import { startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { run } from './run-cli.ts'
import { openShop } from './shop.ts'
import type { Shop } from './shop.ts'

let testServer: TestServer
let shop: Shop
let merchants: string
beforeEach(async () => {
  shop = await openShop()
  testServer = await startTestServer({
    envOf: ({ apiUrl }) => {
      const entry = (id: string) => ({
        ...merchantEntry(id, apiUrl),
        ...webhookOf(id, shop.url),
      })
      merchants = JSON.stringify({ a: entry('a'), b: entry('b') })
      return { MERCHANTS: merchants }
    },
  })
})
afterEach(async () => {
  await testServer.close()
  shop.close()
})

const environment = () => ({
  MERCHANTS: merchants,
  PUBLIC_URL: testServer.url,
  PORT: new URL(testServer.url).port,
  DATABASE_URL: `file:${testServer.databasePath}`,
})

const post = (path: string, token: string, body: object, headers = {}) =>
  fetch(testServer.url + path, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...headers,
    },
    body: JSON.stringify(body),
  })

async function pay(id: string) {
  const order = { reference: 'WEB-1', amount: 12990, currency: 'ISK' }
  const created = await post('/v1/checkouts', apiKeyOf(id), order)
  const checkout = (await created.json()) as { id: string; session: string }
  const origin = originOf(id)
  await post('/v1/session/start', checkout.session, { phone: '8223281' }, { origin })
  testServer.simulator.approve(testServer.simulator.inspect().carts.at(-1)?.TransactionId ?? '')
  await until(() => shop.received.some(({ body }) => body.includes(checkout.id)))
  return checkout
}

it('the commands work on the checkouts of every merchant', async () => {
  const ids = [await pay('a'), await pay('b')].map(({ id }) => id)
  const env = environment()
  expect(await run(audit, env)).toMatchObject({
    code: 0,
    text: expect.stringContaining('Replayed 2: 0 not explained'),
  })

  const reconciled = await run(reconcile, env, ['--since', '2020-01-01'])
  expect(reconciled.code).toBe(0)
  expect(reconciled.text.split('\n')).toEqual([
    'Merchant a:',
    'Asked about 1: 0 changed, 0 without an answer.',
    'Merchant b:',
    'Asked about 1: 0 changed, 0 without an answer.',
  ])

  for (const event of shop.ids().map(String))
    expect((await run(resend, env, [event])).text).toContain(`checkout.paid ${event} will be sent`)
  await until(() => shop.received.length === 4)

  for (const id of ids) {
    const args = [id, 'ref_1', '--as', 'failed', '--by', 'me', '--note', 'lost']
    expect((await run(refund, env, args)).text).toBe('WEB-1 has no refunds.')
  }
})

it('reconcile names a merchant of which nobody can be asked, because it is not configured', async () => {
  await pay('a')
  await pay('b')
  const { b } = JSON.parse(merchants) as { b: object }
  const env = { ...environment(), MERCHANTS: JSON.stringify({ b }) }
  const reconciled = await run(reconcile, env, ['--since', '2020-01-01'])
  expect(reconciled.text.split('\n')).toEqual([
    'Merchant b:',
    'Asked about 1: 0 changed, 0 without an answer.',
    '! Merchant a is not configured: its 1 attempt was not asked about. Put its settings back to find out.',
  ])
  expect(reconciled.code).toBe(1)
  expect((await run(reconcile, env, ['--since', '2099-01-01'])).code).toBe(0)
})

it('doctor checks each merchant, and says whose account and webhook it is about', async () => {
  shop.statuses.push(200, 401, 404)
  const { text } = await run(doctor, environment())
  for (const id of ['a', 'b'])
    expect(text).toMatch(new RegExp(`^✔ ${id}: Netgíró accepts our signature`, 'm'))
  expect(text).toMatch(/^✔ a: The shop accepts webhooks/m)
  expect(text).toMatch(/^✘ b: The shop responds to a signed doctor.ping with status 404/m)
  expect(text).toMatch(/^✔ Pages of https:\/\/a\.example, https:\/\/b\.example are allowed/m)
})

it('the database is copied, audited and restored while another setting or the file of merchants is wrong', async () => {
  const { id } = await pay('a')
  const broken = join(mkdtempSync(join(tmpdir(), 'broken-')), 'merchants.json')
  writeFileSync(broken, '{"a":')
  const { DATABASE_URL } = environment()
  const env = { DATABASE_URL, MERCHANTS_FILE: broken, PORT: 'eighty' }
  const copy = `${testServer.databasePath}.copy`
  const copied = await run(backup, env, [copy])
  expect(copied).toMatchObject({ code: 0, text: expect.stringContaining(`copied to ${copy}`) })
  expect(onDisk(copy, 'select id from checkouts where id = ?', id)).toBeDefined()
  expect((await run(audit, env)).code).toBe(0)
  const restored = `${testServer.databasePath}.restored`
  expect((await run(restore, { ...env, DATABASE_URL: `file:${restored}` }, [copy])).code).toBe(0)
  expect(onDisk(restored, 'select id from checkouts where id = ?', id)).toBeDefined()
  for (const [url, problem] of [
    ['sqlite:checkout.db', /DATABASE_URL must be/],
    ['file:a\nb', /DATABASE_URL must be one line/],
  ] as const)
    await expect(async () => run(audit, { DATABASE_URL: url })).rejects.toThrow(problem)
})
