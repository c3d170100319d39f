import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { commands } from '../../server/cli/commands.ts'
import { settingsOf } from '../../server/cli/init/settings.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import { outboxStore } from '../../server/store/outbox-store.ts'
import { run } from '../ops/run-cli.ts'
import { openSecondConnection } from '../support/second-connection.ts'
import { runServer } from '../support/process.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unusable-'))
  path = join(folder, 'checkout.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

const owner = { now: () => 1, waitMs: 0, onWait: () => {} }
const open = () => openDatabase(`file:${path}`, { owner })
const change = (statements: string) => {
  const beside = openSecondConnection(path)
  beside.exec(statements)
  beside.close()
}
const released = readFileSync(new URL('schemas/001.sql', import.meta.url), 'utf8')
/** What a start with it says; it is a sentence for people, and no stack. */
const complaint = async () => {
  const error: unknown = await open().then(
    (database) => database.close(),
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ name: 'UnusableDatabase' })
  return (error as Error).message
}

describe('an unusable database', () => {
  it('refuses a database that is another kind of file with a message', async () => {
    writeFileSync(path, 'Kæra dagbók. '.repeat(500))
    expect(await complaint()).toBe(`The database ${path} is not a SQLite database.`)
  })

  it('refuses a database that is a folder with a message', async () => {
    mkdirSync(path)
    expect(await complaint()).toMatch(/is a folder/)
  })

  it('refuses a database whose folder is a file with a message', async () => {
    writeFileSync(path, '')
    path = join(path, 'checkout.db')
    expect(await complaint()).toMatch(/below something that is not a folder/)
  })

  it('refuses a database that a newer version wrote with a message', async () => {
    await (await open()).close()
    change("insert into kysely_migration values ('999_later', '2027-01-01T00:00:00.000Z')")
    expect(await complaint()).toMatch(/written by a newer version .*999_later.*run that version/)
  })

  it('refuses a database that belongs to another program with a message', async () => {
    change('create table bookmarks (url text)')
    expect(await complaint()).toMatch(/belongs to another program: it has a table bookmarks/)
  })

  it('refuses a database with a message when the first start of an early version was killed', async () => {
    change('create table kysely_migration (name text primary key, timestamp text not null)')
    change('create table checkouts (id text primary key)')
    expect(await complaint()).toMatch(/was left half made .*: remove the file/)
  })

  it.each([
    ['a column is missing', 'alter table events drop column body', 'events.body'],
    ['a column has another name', 'alter table events rename column tries to n', 'events.tries'],
    ['an index is missing', 'drop index one_open_attempt', 'unique index on attempts'],
    [
      'a column is there that must be filled',
      'alter table sessions add x text not null default 1; create table s2 (hash text primary key, checkout_id text not null, created_at bigint not null, x text not null); drop table sessions; alter table s2 rename to sessions; create index sessions_by_checkout on sessions (checkout_id, created_at)',
      'sessions.x',
    ],
  ])(
    'refuses a database with a message when %s although its migrations have run',
    async (_, statements, named) => {
      await (await open()).close()
      change(statements)
      const said = await complaint()
      expect(said).toMatch(/does not have the schema that this version needs/)
      expect(said).toContain(named)
    },
  )

  it('exits with code 1 after printing only a message when the database is unusable', async () => {
    writeFileSync(path, 'x'.repeat(5_000))
    const server = await runServer({ ...settings, DATABASE_URL: `file:${path}` })
    expect(await server.ended).toBe(1)
    expect(server.said().trim()).toBe(`The database ${path} is not a SQLite database.`)
  })

  // [linux] nothing can be created there, and the system says of the parent, which exists, that it does not.
  it.runIf(process.platform === 'linux')(
    'ends the start with a message where its folder cannot be created',
    async () => {
      path = '/proc/missing/checkout.db'
      const server = await runServer({ ...settings, DATABASE_URL: `file:${path}` })
      onTestFinished(() => void server.child.kill('SIGKILL'))
      expect(await server.ended).toBe(1)
      expect(server.said().trim()).toBe(
        `The database ${path} lies in a folder that cannot be created.`,
      )
    },
  )
})

const settings = {
  NETGIRO_APP_ID: 'app',
  NETGIRO_SECRET_KEY: 'secret',
  NETGIRO_API_URL: 'http://127.0.0.1:1/v1',
  PUBLIC_URL: 'http://127.0.0.1:1',
  PORT: '0',
  ALLOWED_ORIGINS: 'https://shop.example',
  MERCHANT_API_KEY: 'merchant-key-of-the-tests-0123456789',
  MERCHANT_NAME: 'Ullarbúðin',
}

it('keeps the contents of a database of the first schema', async () => {
  change(released)
  const database = await open()
  const store = checkoutStore(database)
  expect(await store.load('chk_paid')).toMatchObject({
    ...{ reference: 'WEB-1', status: 'paid', amount: 12_990, paidAttemptId: 'att_1' },
    ...{ metadata: { a: 'b' }, attempts: [{ id: 'att_1', outcome: 'paid', token: 'token-1' }] },
  })
  expect((await store.unfinished()).map(({ id }) => id)).toEqual(['chk_open'])
  expect(await store.findBySession('session-hash')).toBe('chk_paid')
  expect(await store.history('chk_paid')).toHaveLength(4)
  expect(await outboxStore(database).after(0, 10)).toMatchObject([{ id: 'evt_1', seq: 1 }])
  await database.close()
})

/** What an open attempt of the first schema held beside its columns; newer ones had a connection, too. */
const formerDetails = {
  payer: { kind: 'phone', masked: '•••3282', hash: 'hash' },
  ...{ windowEndsAt: 1_760_000_190_000, paceMs: 2_000, authorized: null, cancelRequested: null },
  ...{ cancelRefused: false, uncertain: false, codesTried: 0, form: null, reason: null },
  providerCode: null,
}
const attemptWith = (id: string, details: object) => `
  insert into checkouts
    select '${id}', '${id}', status, version, amount, currency, created_at, expires_at, closing,
      paid_at, paid_attempt, late, options, refunds, refunding, order_details
    from checkouts where id = 'chk_open';
  insert into attempts
    select 'att_${id}', '${id}', number, 'R-${id}', 'token-${id}', null, phone_hash, late_check_at,
      started_at, ended_at, outcome, '${JSON.stringify({ ...formerDetails, ...details })}'
    from attempts where id = 'att_2';`

it.each([
  {
    case: 'the shop approved and the approval timeout ended',
    former: { authorized: true, cancelRequested: 'window' },
    now: { shopDecision: 'approve', cancelRequested: 'approval_timeout' },
  },
  {
    case: 'the shop denied and the shopper canceled',
    former: { authorized: false, cancelRequested: 'shopper' },
    now: { shopDecision: 'deny', cancelRequested: 'shopper' },
  },
  {
    case: 'the shop was not asked',
    former: { authorized: null, cancelRequested: null },
    now: { shopDecision: null, cancelRequested: null, connection: null },
  },
  ...(
    [
      ['takes_money', 'automatic'],
      ['awaits_confirm', 'manual'],
      ['awaits_callback_answer', 'callback'],
    ] as const
  ).map(([approval, captureMethod]) => ({
    case: `its connection has the approval ${approval}`,
    former: { connection: { api: 'v1', account: 'a', publicUrl: 'https://a.example', approval } },
    now: { connection: { api: 'v1', account: 'a', publicUrl: 'https://a.example', captureMethod } },
  })),
])('reads an open attempt of the first schema under the new names when $case', async (example) => {
  change(released + attemptWith('chk_old', example.former))
  const database = await open()
  const [attempt] = (await checkoutStore(database).load('chk_old'))?.attempts ?? []
  expect(attempt).toMatchObject({
    ...{ approvalExpiresAt: 1_760_000_190_000, pollIntervalMs: 2_000 },
    ...example.now,
  })
  for (const former of ['windowEndsAt', 'paceMs', 'authorized'])
    expect(attempt).not.toHaveProperty(former)
  expect(attempt?.connection ?? {}).not.toHaveProperty('approval')
  await database.close()
})

describe('a command of a newer version', () => {
  const env = () => ({
    ...settingsOf(
      {
        ...{ netgiro: 'simulator', name: 'Ullarbúðin', shop: 'http://localhost:1' },
        ...{ 'public-url': 'http://127.0.0.1:1', 'webhook-url': 'http://localhost:1/webhooks' },
      },
      {},
    ),
    DATABASE_URL: `file:${path}`,
  })
  const tables = () => {
    const beside = openSecondConnection(path)
    const rows = beside.prepare('select sql from sqlite_schema').all()
    beside.close()
    return rows
  }
  const about = ['chk_paid', 'ref_1', '--as', 'failed', '--by', 'Anna', '--note', 'none']
  const guests = [
    ['audit', []],
    ['reconcile', ['--since', '2026-01-01']],
    ['resend', ['evt_1']],
    ['refund', about],
  ] as const

  // Beside a server of the earlier version, which could not be started again.
  it.each(guests)('refuses to migrate the database: %s', async (name, args) => {
    change(released)
    const before = tables()
    const { [name]: command } = commands
    await expect(command && run(command, env(), args)).rejects.toThrow(
      /^The database .* was written by an earlier version: run the command of that version, or start/,
    )
    expect(tables()).toEqual(before)
  })

  it.each(guests)('makes no database of an empty file: %s', async (name, args) => {
    writeFileSync(path, '')
    const { [name]: command } = commands
    await expect(command && run(command, env(), args)).rejects.toThrow(
      `The database ${path} is empty: no server has used it yet.`,
    )
    expect(tables()).toEqual([])
  })
})

it('rolls back a migration that fails', async () => {
  await (await open()).close()
  rmSync(path)
  change(
    'create table kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null); create table idempotency_keys (x)',
  )
  await expect(open()).rejects.toThrow(/idempotency_keys.* already exists/)
  change('drop table idempotency_keys')
  await (await open()).close()
})

it('creates every file for its owner only, whatever the umask is', async () => {
  path = join(folder, 'data', 'checkout.db')
  const before = process.umask(0)
  try {
    const database = await open()
    await sql`insert into payment_requests (phone_hash, at) values ('x', 1)`.execute(database.db)
    const modes = ['', '-wal', '-shm', '-lock'].map((end) => statSync(path + end).mode & 0o777)
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600])
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
    await database.close()
    expect(statSync(`${path}-mark`).mode & 0o777).toBe(0o600)
  } finally {
    process.umask(before)
  }
})
