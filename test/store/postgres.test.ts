import { sql } from 'kysely'
import { Client } from 'pg'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Refund } from '../../server/core/checkout.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import type { CallOut } from '../../server/core/ownership.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database, OpenOptions, WriteOptions } from '../../server/store/database.ts'
import type { Leases } from '../../server/store/postgres/leases.ts'
import { isInPartitions, partitionOf } from '../../server/store/postgres/partitions.ts'
import { purge } from '../../server/store/purge.ts'
import { checkoutIn, t0 } from '../support/checkouts.ts'
import { sharedPostgres } from '../support/databases.ts'
import { CommitProxy } from '../support/postgres/commit-proxy.ts'
import { ListenProxy } from '../support/postgres/listen-proxy.ts'
import { PoolerProxy } from '../support/postgres/pooler-proxy.ts'
import { TestPostgres } from '../support/postgres/postgres.ts'

let postgres: TestPostgres
let url: string
const opened: Database[] = []
const proxies: { close(): void }[] = []
beforeAll(async () => {
  postgres = await sharedPostgres()
})
beforeEach(async () => {
  url = await postgres.newDatabase()
})
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
  for (const proxy of proxies.splice(0)) proxy.close()
})

async function open(from = url, options: OpenOptions = {}): Promise<Database> {
  const database = await openDatabase(from, options)
  opened.push(database)
  return database
}

const owner = (more: Partial<NonNullable<OpenOptions['owner']>> = {}): OpenOptions => ({
  owner: { now: () => Date.now(), waitMs: 0, onWait: () => {}, ...more },
})

const insert = (database: Database, phone: string, options?: WriteOptions) =>
  database.write(
    (trx) =>
      trx
        .insertInto('payment_requests')
        .values({ phone_hash: phone, address_hash: null, at: 1 })
        .execute(),
    options,
  )

const phones = async (from = url) =>
  (await postgres.query('select phone_hash from payment_requests order by 1', from)).map(
    ({ phone_hash }) => phone_hash,
  )

const problemOf = (from: string) =>
  openDatabase(from).then(
    async (database) => {
      await database.close()
      return 'opened'
    },
    (error: unknown) => String(error),
  )

it('finds nothing by a text that PostgreSQL cannot contain, and keeps one that is written', async () => {
  for (const database of [await open(), await open('file::memory:')]) {
    const found = database.db.selectFrom('checkouts').where('reference', '=', 'WEB\0-1')
    expect(await found.select('id').execute()).toEqual([])
  }
  await insert(await open(), 'a\0b')
  expect(await phones()).toEqual(['a\ufffdb'])
})

it('saves no change of a command over a refund that the server counts at the same moment', async () => {
  const [server, command] = [await open(url, owner()), await open()]
  const tries = { count: 1, withoutEffect: 0, firstAt: t0, lastAt: t0, nextAt: t0 }
  const refund: Refund = {
    ...{ id: 'ref_1', key: 'r-1', amount: 100, requestedAt: t0, status: 'pending' },
    ...{ settledAt: null, tries },
  }
  const before = { ...checkoutIn('open', {}, { refunds: [refund] }), attempts: [], version: 1 }
  await checkoutStore(server).create(before, 'hash', null)
  const counted = [{ ...refund, tries: { ...tries, count: 2 } }]
  let commit = () => {}
  const mayCommit = new Promise<void>((resolve) => (commit = resolve))
  const counting = server.write(async (trx) => {
    const change = { refunds: JSON.stringify(counted) }
    await trx.updateTable('checkouts').set(change).where('id', '=', before.id).execute()
    await mayCommit
  })
  const after = { ...before, version: 2, refunds: [{ ...refund, doubtedAt: t0 }] }
  const entry = { attemptId: null, version: 2, at: t0, type: 'refund_refused', evidence: null }
  const saving = checkoutStore(command).save(after, [entry], [], before)
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  while ((await postgres.query(waiting, url)).length === 0);
  commit()
  await counting
  expect(await saving).toBe('stale')
  expect((await checkoutStore(command).load(before.id))?.refunds).toEqual(counted)
})

/** What servers tell each other, and what SQLite keeps for itself. */
const serverOnly = /sqlite|^(?:leases|replicas|handed_commands|external_changes)$/

describe('the schema on PostgreSQL', () => {
  const columnsOf = async (database: Database) => {
    const tables = await database.db.introspection.getTables()
    return tables
      .filter(({ name }) => !name.startsWith('kysely_') && !serverOnly.test(name))
      .flatMap(({ name, columns }) =>
        columns.map((column) => `${name}.${column.name} ${column.isNullable ? '' : 'not null'}`),
      )
      .sort()
  }

  it('has the tables and columns of a SQLite file', async () => {
    const ids = (columns: string[]) =>
      // [sqlite] a primary key may be null.
      columns.map((column) => column.replace(/(\.(?:id|hash|key|seq)) .*/, '$1'))
    const file = await open('file::memory:')
    expect(ids(await columnsOf(await open()))).toEqual(ids(await columnsOf(file)))
  })

  it('has the indexes of a SQLite file, with the same conditions', async () => {
    const bare = (text: string) =>
      text
        .toLowerCase()
        .replace(/= any \(\(?array\[(.*?)\]\)?\)/, 'in ($1)')
        .replace(/[\s"()]|::text/g, '')
    const file = await open('file::memory:')
    const { rows } = await sql<{ name: string; sql: string }>`
      select name, sql from sqlite_schema where type = 'index' and sql is not null`.execute(file.db)
    await open()
    const found = new Map(
      (await postgres.query('select indexname, indexdef from pg_indexes', url)).map(
        ({ indexname, indexdef }) => [String(indexname), String(indexdef)] as const,
      ),
    )
    expect(rows.length).toBeGreaterThan(10)
    for (const { name, sql: text } of rows) {
      const definition = found.get(name)
      expect(definition, name).toBeDefined()
      expect(/unique/i.test(definition ?? ''), name).toBe(/unique/i.test(text))
      const [, condition = ''] = / where (.*)/is.exec(text) ?? []
      const [, ours = ''] = / WHERE (.*)/s.exec(definition ?? '') ?? []
      expect(bare(ours), name).toBe(bare(condition))
    }
  })

  it('is refused if a newer version has written it', async () => {
    await (await open()).close()
    opened.length = 0
    await postgres.query("insert into kysely_migration values ('999_later', 'now')", url)
    expect(await problemOf(url)).toMatch(/written by a newer version \(it has the migration 999/)
  })

  it.each([
    ['a column is missing', 'alter table events drop column body', 'no column events.body'],
    [
      'a column has another name',
      'alter table events rename column tries to n',
      'no column events.tries',
    ],
    ['an index is missing', 'drop index one_open_attempt', 'no index one_open_attempt'],
    [
      'an index has no condition',
      'drop index one_open_attempt; create index one_open_attempt on attempts (checkout_id)',
      'no unique index on attempts',
    ],
    [
      'an index was not built to its end',
      "update pg_index set indisvalid = false where indexrelid = 'one_attempt_per_provider_ref'::regclass",
      'no index one_attempt_per_provider_ref',
    ],
    [
      'a primary key is missing',
      'alter table sessions drop constraint sessions_pkey cascade',
      'no primary key',
    ],
    [
      'a column is there that must be filled',
      'alter table sessions add column x text not null',
      'sessions.x',
    ],
    ['the partitions are missing', 'delete from leases', '0 rows in leases'],
    [
      'the count of external changes is missing',
      'delete from external_changes',
      '0 rows in external_changes',
    ],
    [
      'a table of the servers alone is missing',
      'drop table handed_commands',
      'no column handed_commands.',
    ],
    [
      'a column of the servers alone is missing',
      'alter table replicas drop hash_key_checks',
      'no column replicas.',
    ],
  ])(
    'is refused with a message when %s although its migrations have run',
    async (_, statements, named) => {
      await (await open()).close()
      opened.length = 0
      for (const statement of statements.split('; ')) await postgres.query(statement, url)
      const said = await problemOf(url)
      expect(said).toMatch(/does not have the schema that this version needs \(it has /)
      expect(said).toContain(named)
    },
  )

  it('is neither made nor migrated by a command', async () => {
    const beside = () => openDatabase(url, { keepsSchema: true })
    await expect(beside()).rejects.toThrow(/ is empty: no server has used it yet\.$/)
    expect(
      await postgres.query('select * from pg_tables where schemaname = $$public$$', url),
    ).toEqual([])
    await (await open()).close()
    await (await beside()).close()
    await postgres.query('delete from kysely_migration where name > $$005$$ || $$_z$$', url)
    await expect(beside()).rejects.toThrow(/ was written by an earlier version: /)
  })

  it('is made beside that of another deployment, in a schema with an unusual name', async () => {
    await insert(await open(), 'first')
    await postgres.query('create schema "Önnur ""Búð"" A"', url)
    const beside = new URL(url)
    beside.searchParams.set('options', String.raw`-c search_path="Önnur\ ""Búð""\ A"`)
    const second = await open(beside.href, owner())
    await second.cluster?.notifications.start({ onHint: () => {}, onGap: () => {} })
    await insert(second, 'second')
    expect(await phones()).toEqual(['first'])
    expect(await phones(beside.href)).toEqual(['second'])
  })

  it('is made once by servers that start at the same moment', async () => {
    const opened = await Promise.all(Array.from({ length: 6 }, () => open(url, owner())))
    await insert(opened[0] ?? (await open()), 'first')
    expect(await phones()).toEqual(['first'])
  })

  it('is no other program’s where a server that migrates has only begun', async () => {
    await postgres.query('create table kysely_migration_lock (id int)', url)
    expect(await problemOf(url)).not.toContain('belongs to another program')
  })

  it('is refused if another program has tables in it, which stay as they are', async () => {
    await postgres.query('create table orders (id int)', url)
    expect(await problemOf(url)).toMatch(
      /belongs to another program: its schema has a table orders/,
    )
    const tables = await postgres.query(
      "select table_name from information_schema.tables where table_schema = 'public'",
      url,
    )
    expect(tables).toEqual([{ table_name: 'orders' }])
  })
})

describe('a PostgreSQL database that cannot be used', () => {
  const wrong = (change: (changed: URL) => void) => {
    const changed = new URL(url)
    change(changed)
    return problemOf(changed.href)
  }

  it('is refused in one sentence that names no secret', async () => {
    const problems = [
      await wrong((one) => (one.password = 'wrong-secret')),
      await wrong((one) => (one.pathname = '/nowhere')),
      await wrong((one) => one.searchParams.set('sslmode', 'verify-full')),
      await wrong((one) => (one.hostname = 'no-such-host.invalid')),
      await wrong((one) => one.searchParams.set('sslrootcert', '/no/such/file')),
      await wrong((one) => one.searchParams.set('host', '/no/such/folder')),
      await wrong((one) => one.searchParams.set('options', '-c no_such_setting=1')),
      await wrong((one) => one.searchParams.set('options', '-c work_mem=much')),
      await wrong((one) => one.searchParams.set('sslnegotiation', 'no-such-kind')),
    ]
    expect(problems).toEqual([
      expect.stringMatching(/refuses the password of this user\.$/),
      expect.stringMatching(/nowhere on .* does not exist: create it first\.$/),
      expect.stringMatching(/offers no TLS: leave out sslmode\.$/),
      expect.stringMatching(/cannot be (?:found: see the host in DATABASE_URL|reached)\.$/),
      expect.stringMatching(
        /needs a file that cannot be read: see sslrootcert, sslcert and sslkey\.$/,
      ),
      expect.stringMatching(/ on \/no\/such\/folder cannot be reached: there is no such socket\.$/),
      expect.stringMatching(/does not know what the options in DATABASE_URL set\.$/),
      expect.stringMatching(/refuses what the options in DATABASE_URL set\.$/),
      expect.stringMatching(/cannot be connected to with the parameters that DATABASE_URL has\.$/),
    ])
    for (const problem of problems) {
      expect(problem).toMatch(/^UnusableDatabase: /)
      expect(problem).not.toMatch(/wrong-secret|a-password-of-the-tests|checkout:/)
    }
  })

  it('is refused if it is read-only', async () => {
    const name = new URL(url).pathname.slice(1)
    await postgres.query(`alter database ${name} set default_transaction_read_only = on`)
    expect(await problemOf(url)).toMatch(/is read-only: DATABASE_URL must name the primary/)
  })

  it('is refused if its encoding cannot hold every text', async () => {
    for (const [encoding, answer] of [
      ['LATIN1', /has the encoding LATIN1, .*: create it with encoding 'UTF8'\.$/],
      ['SQL_ASCII', /^opened$/],
    ] as const) {
      const name = `${new URL(url).pathname.slice(1)}_${encoding.toLowerCase()}`
      const as = `encoding '${encoding}' template template0 lc_collate 'C' lc_ctype 'C'`
      await postgres.query(`create database ${name} ${as}`)
      expect(await problemOf(postgres.urlOf(name))).toMatch(answer)
    }
  })

  const asGuest = async (limit: string) => {
    const role = `guest_${Date.now()}`
    await postgres.query(`create role ${role} login ${limit} password 'guest-password'`)
    return wrong((one) => {
      one.username = role
      one.password = 'guest-password'
    })
  }

  it('is refused if the user may not create tables', async () => {
    expect(await asGuest('')).toMatch(/gives this user no right to create tables/)
  })

  it('is refused if it has no connection left after a while', async () => {
    expect(await asGuest('connection limit 0')).toMatch(/has no connection left for this user/)
  })
})

describe('a pooler of transactions before PostgreSQL', () => {
  let pooler: PoolerProxy
  beforeEach(async () => {
    pooler = await PoolerProxy.open(new URL(url))
    proxies.push(pooler)
  })

  const setTimeouts = () =>
    postgres.query(
      `alter database ${new URL(url).pathname.slice(1)} set idle_in_transaction_session_timeout = '5s'`,
    )

  it('is refused where it refuses or drops the settings of a connection', async () => {
    const through = pooler.urlFor(url)
    expect(await problemOf(through)).toMatch(
      /lies behind a pooler that drops our settings: use its/,
    )
    pooler.ignoresSettings = false
    expect(await problemOf(through)).toMatch(/lies behind a pooler that refuses our settings/)
  })

  it('is refused as the way to listen on the database', async () => {
    await setTimeouts()
    for (const [databaseUrl, listenUrl] of [
      [pooler.urlFor(url), null],
      [url, pooler.urlFor(url)],
    ] as const) {
      const database = await open(databaseUrl, owner({ listenUrl }))
      const started = database.cluster?.notifications.start({ onHint() {}, onGap() {} })
      await expect(started).rejects.toThrow(/it lies behind a pooler of transactions/)
    }
  })

  it('is used for everything else, with a direct way to listen', async () => {
    await setTimeouts()
    const database = await open(pooler.urlFor(url), owner({ listenUrl: url }))
    await database.cluster?.notifications.start({ onHint() {}, onGap() {} })
    const { leases } = await begin(database)
    expect(leases.partitions).toHaveLength(256)
  })
})

describe('a server that listens for notifications', () => {
  const through = async () => {
    const proxy = await ListenProxy.open(new URL(url))
    proxies.push(proxy)
    const database = await open(url, owner({ listenUrl: proxy.urlFor(url) }))
    const heard = { gaps: 0 }
    await database.cluster?.notifications.start({ onHint() {}, onGap: () => heard.gaps++ })
    return { proxy, heard }
  }

  it('keeps no connection that lets it in and does not let it listen, and tries again', async () => {
    const { proxy, heard } = await through()
    proxy.spoils = 'refuse'
    proxy.cut()
    await expect.poll(() => proxy.spoiled, { timeout: 60_000 }).toBeGreaterThan(3)
    expect(proxy.connections).toBeLessThanOrEqual(1)
    proxy.spoils = null
    await expect.poll(() => heard.gaps, { timeout: 60_000 }).toBe(1)
    expect(proxy.connections).toBe(1)
  })

  it('tries again where the database says nothing to that', async () => {
    const { proxy, heard } = await through()
    proxy.spoils = 'swallow'
    proxy.cut()
    await expect.poll(() => proxy.spoiled, { timeout: 60_000 }).toBe(1)
    proxy.spoils = null
    await expect.poll(() => heard.gaps, { timeout: 30_000 }).toBe(1)
  })

  it('connects once after it has not heard itself once', async () => {
    const proxy = await CommitProxy.open(new URL(url))
    proxies.push(proxy)
    const database = await open(proxy.urlFor(url), owner({ listenUrl: url }))
    let gaps = 0
    let beats = 0
    await database.cluster?.notifications.start({ onHint() {}, onGap: () => gaps++ })
    const observer = new Client({ connectionString: url })
    await observer.connect()
    observer.on('notification', () => beats++)
    await observer.query('listen netgiro_checkout_public')
    proxy.isAway = true
    await postgres.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'netgiro-checkout' and datname = current_database()`,
      url,
    )
    await expect.poll(() => gaps, { timeout: 60_000 }).toBe(1)
    expect(beats).toBe(0)
    proxy.isAway = false
    await expect.poll(() => beats === 2 || gaps > 1, { timeout: 60_000 }).toBe(true)
    await observer.end()
    expect(gaps).toBe(1)
  })
})

/** Begins to take partitions; nothing is done about their checkouts. The calls about lost ones end with `callsEnd`. */
async function begin(database: Database, callsOut: () => readonly CallOut[] = () => []) {
  const lost: ((checkoutId: string) => boolean)[] = []
  const leases = database.cluster?.leases
  if (!leases) throw new Error('it has no leases')
  await leases.start(['key'], {
    gained: () => Promise.resolve(),
    onResumed: () => {},
    lost(isGone) {
      lost.push(isGone)
      return callsOut().filter(({ checkoutId }) => isGone(checkoutId))
    },
    onError: () => {},
  })
  return { leases, lost }
}

const aboutOne = { checkoutId: 'chk_one' }

/** A checkout of this partition. */
function checkoutOf(partition: number | undefined): string {
  for (let index = 0; ; index++)
    if (partitionOf(`chk_${index}`) === partition) return `chk_${index}`
}

/** Resolves when this server has looked at least once from now on, as it does between two renewals. */
async function hasLooked(server: string): Promise<void> {
  const alive = `select count(*) from replicas where id = '${server}' and expires_at >`
  const [{ at } = {}] = await postgres.query('select clock_timestamp()::text as at', url)
  const isRenewed = `${alive} timestamptz '${String(at)}' + interval '9 seconds'`
  await expect
    .poll(() => postgres.query(isRenewed, url), { timeout: 60_000 })
    .toEqual([{ count: '1' }])
}

/** A call about one of these checkouts each, until all of them end. */
function callsAbout(...checkoutIds: readonly string[]) {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { calls: checkoutIds.map((checkoutId) => ({ checkoutId, ended })), end }
}

/** The others take a server for dead that has a call out. */
async function takeForDead({ owner: before, partitions }: Leases, out: CallOut[]) {
  const { calls, end } = callsAbout(checkoutOf(partitions[0]))
  out.push(...calls)
  await postgres.query(`delete from replicas where id = '${before}'`, url)
  return { before, end }
}

describe('the leases of a PostgreSQL database', () => {
  it('give every partition to a server that is alone, and half of them to the second one', async () => {
    const first = await begin(await open(url, owner()))
    expect(first.leases.partitions).toHaveLength(256)
    const second = await begin(await open(url, owner()))
    await expect.poll(() => second.leases.partitions.length, { timeout: 60_000 }).toBe(128)
    expect(first.leases.partitions).toHaveLength(128)
    expect(new Set([...first.leases.partitions, ...second.leases.partitions]).size).toBe(256)
    expect(first.lost).toHaveLength(1)
  })

  it('are given back by a server that ends, to the next one at once', async () => {
    const first = await openDatabase(url, owner())
    await begin(first)
    await first.close()
    const { leases } = await begin(await open(url, owner()))
    expect(leases.partitions).toHaveLength(256)
  })

  it('are given back no more than is due, where calls about those that are leaving are still out', async () => {
    const { calls, end } = callsAbout(...Array.from({ length: 256 }, (_, one) => checkoutOf(one)))
    const { leases, lost } = await begin(await open(url, owner()), () => calls)
    const [, , last] = await Promise.all([1, 2, 3].map(async () => begin(await open(url, owner()))))
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(64)
    const losses = lost.length
    await last?.leases.leave()
    await hasLooked(leases.owner)
    expect([leases.partitions.length, lost.length]).toEqual([64, losses])
    end()
    await expect
      .poll(() => leases.partitions.length, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(84)
    expect(lost).toHaveLength(losses)
  })

  it('are given back to one that joins without waiting for a call about another partition', async () => {
    const out: CallOut[] = []
    const first = await begin(await open(url, owner()), () => out)
    // The first half is given back.
    const [own] = first.leases.partitions
    const { calls, end } = callsAbout(checkoutOf(own))
    out.push(...calls)
    const { leases } = await begin(await open(url, owner()))
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(127)
    expect([leases.partitions.includes(own ?? -1), first.leases.keeps(checkoutOf(own))]).toEqual([
      ...[false, true],
    ])
    end()
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(128)
    expect(leases.partitions).toContain(own)
  })

  it('go to the others at once when a server leaves, but those on which calls are still out', async () => {
    const out: CallOut[] = []
    const opened = [await open(url, owner()), await open(url, owner()), await open(url, owner())]
    const [first, ...others] = await Promise.all(
      opened.map((database) => begin(database, () => out)),
    )
    const shares = (servers = others) => servers.map(({ leases }) => leases.partitions.length)
    await expect
      .poll(() => Math.min(...shares(first ? [first, ...others] : [])), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(84)
    const [own] = first?.leases.partitions ?? []
    const busy = checkoutOf(own)
    const { calls, end } = callsAbout(busy)
    out.push(...calls)
    const ownerOf = `select owner from leases where partition = ${own}`
    const [{ owner: id } = {}] = await postgres.query(ownerOf, url)
    const left = first?.leases.leave()
    const stillOwned = `select partition from leases where owner = '${String(id)}'`
    await expect
      .poll(() => postgres.query(stillOwned, url), { timeout: 60_000 })
      .toEqual([{ partition: own }])
    const sum = () => shares().reduce((all, one) => all + one, 0)
    await expect.poll(sum, { timeout: 60_000 }).toBe(255)
    expect([first?.leases.holds(busy), first?.leases.keeps(busy)]).toEqual([false, true])
    end()
    await left
    expect(first?.leases.keeps(busy)).toBe(false)
    await expect.poll(sum, { timeout: 60_000 }).toBe(256)
  })

  it('are announced when they are free, and when a server wants its share', async () => {
    const listener = await open(url, owner())
    let told = 0
    await listener.cluster?.notifications.start({
      onHint({ free }) {
        if (free) told++
      },
      onGap: () => {},
    })
    const first = await open(url, owner())
    await first.cluster?.notifications.start({ onHint: () => {}, onGap: () => {} })
    await begin(first)
    await expect.poll(() => told, { timeout: 60_000 }).toBe(1)
    await first.cluster?.leases.leave()
    await expect.poll(() => told, { timeout: 60_000 }).toBe(2)
  })

  it('are taken over when their owner is silent, and the former owner writes nothing more', async () => {
    const first = await open(url, owner())
    const { lost } = await begin(first)
    await insert(first, 'before', aboutOne)
    await postgres.query("update leases set owner = 'another', epoch = epoch + 1", url)
    for (const more of [{}, { mustPersist: true }])
      await expect(insert(first, 'after', { ...aboutOne, ...more })).rejects.toMatchObject({
        code: 'temporarily_unavailable',
      })
    expect(await phones()).toEqual(['before'])
    // Nothing says that the other one is alive, so the first takes them back, perhaps at once.
    await expect
      .poll(() => lost.some((isGone) => isGone(aboutOne.checkoutId)), { timeout: 60_000 })
      .toBe(true)
  })

  it('stop no write that others had a lease for in the same moment', async () => {
    const first = await open(url, owner())
    await begin(first)
    await postgres.query(
      `update leases set owner = 'another' where "partition" = ${partitionOf('chk_lost')}`,
      url,
    )
    // Enough that some share a transaction with it.
    const others = Array.from({ length: 16 }, (_, index) => `chk_${index}`)
    const [lost, ...kept] = await Promise.allSettled(
      ['chk_lost', ...others].map((checkoutId) => insert(first, checkoutId, { checkoutId })),
    )
    expect(lost?.status).toBe('rejected')
    expect(kept.map(({ status }) => status)).toEqual(others.map(() => 'fulfilled'))
    expect(await phones()).toEqual([...others].sort())
  })

  it('make a takeover wait for the transaction that is being written', async () => {
    const first = await open(url, owner())
    await begin(first)
    let takeover: Promise<unknown> | undefined
    await first.write(async (trx) => {
      takeover = postgres.query("update leases set owner = 'another', epoch = epoch + 1", url)
      await sql`select pg_sleep(0.2)`.execute(trx)
      await trx
        .insertInto('payment_requests')
        .values({ phone_hash: 'a', address_hash: null, at: 1 })
        .execute()
    }, aboutOne)
    await takeover
    expect(await phones()).toEqual(['a'])
  })

  it('are lost with the life of a server that was taken for dead, which begins another one', async () => {
    const { leases, lost } = await begin(await open(url, owner()))
    const before = leases.owner
    const permit = leases.permit()
    expect(permit()).toBe(true)
    await postgres.query('delete from replicas', url)
    await expect.poll(() => leases.owner, { timeout: 60_000 }).not.toBe(before)
    expect(lost.some((isGone) => isGone(aboutOne.checkoutId))).toBe(true)
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
    // What was about to leave in the former life stays here, although the new one may make calls.
    expect([permit(), leases.permit()()]).toEqual([false, true])
  })

  it('stay with the others while calls of a server that joins again are out, and are shared when they have ended', async () => {
    const out: CallOut[] = []
    const first = await begin(await open(url, owner()), () => out)
    const second = await begin(await open(url, owner()))
    const shares = () => [first, second].map(({ leases }) => leases.partitions.length)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
    const { before, end } = await takeForDead(first.leases, out)
    await expect.poll(() => first.leases.owner, { timeout: 60_000 }).not.toBe(before)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([0, 256])
    const losses = second.lost.length
    await hasLooked(first.leases.owner)
    expect([shares(), second.lost.length]).toEqual([[0, 256], losses])
    end()
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
  })

  it('are shared with a server to which the answer was lost that it had joined again', async () => {
    const proxy = await CommitProxy.open(new URL(url))
    proxies.push(proxy)
    const out: CallOut[] = []
    const first = await begin(await open(proxy.urlFor(url), owner()), () => {
      // It joins next, as one that takes nothing while a call is out.
      if (out.length > 0) proxy.cut = 'after_commit'
      return out
    })
    const second = await begin(await open(url, owner()))
    const shares = () => [first, second].map(({ leases }) => leases.partitions.length)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
    const { end } = await takeForDead(first.leases, out)
    // By the time that it knows, it may take its share.
    await expect.poll(() => proxy.cuts, { timeout: 60_000, interval: 1 }).toBe(1)
    end()
    const taking = 'select from replicas where not is_leaving'
    await expect.poll(() => postgres.query(taking, url), { timeout: 60_000 }).toHaveLength(2)
    await expect.poll(shares, { timeout: 60_000 }).toEqual([128, 128])
  })

  it('are held by a server to which the answer was lost that it had taken them', async () => {
    const proxy = await CommitProxy.open(new URL(url))
    proxies.push(proxy)
    const first = await openDatabase(url, owner())
    await begin(first)
    const { leases } = await begin(await open(proxy.urlFor(url), owner()))
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(128)
    proxy.cut = 'after_commit'
    await first.close()
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
    expect(proxy.cuts).toBe(1)
  })

  it('make a server that is told of free ones wait until its keys have been compared', async () => {
    const { leases } = (await open(url, owner())).cluster ?? {}
    if (!leases) throw new Error('it has no leases')
    const joined = () => postgres.query('select hash_key_checks as key from replicas', url)
    const events = { onResumed: () => {}, lost: () => [], onError: () => {} }
    let started: Promise<void> | undefined
    await (await open()).db.transaction().execute(async (trx) => {
      // As another server does that takes some.
      await sql`select pg_advisory_xact_lock(4815162342)`.execute(trx)
      started = leases.start(['key'], { ...events, gained: () => Promise.resolve() })
      const waiting = `select from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'`
      await expect.poll(() => postgres.query(waiting, url), { timeout: 60_000 }).toHaveLength(1)
      leases.wake()
      for (let times = 0; times < 20; times++) expect(await joined()).toEqual([])
    })
    await started
    expect(await joined()).toEqual([{ key: 'key' }])
  })

  it('are taken again by a server that joins again when what it had read before has been taken up or refused', async () => {
    const { leases } = (await open(url, owner())).cluster ?? {}
    if (!leases) throw new Error('it has no leases')
    let onRead = () => {}
    const read = new Promise<void>((resolve) => {
      onRead = resolve
    })
    const started = leases.start(['key'], {
      ...{ gained: () => read, onResumed: () => {}, lost: () => [], onError: () => {} },
    })
    const { checkoutId } = aboutOne
    await expect.poll(() => leases.holds(checkoutId), { timeout: 60_000 }).toBe(true)
    const before = leases.owner
    await postgres.query('delete from replicas', url)
    await expect.poll(() => leases.owner, { timeout: 60_000 }).not.toBe(before)
    await hasLooked(leases.owner)
    expect(leases.keeps(checkoutId)).toBe(false)
    onRead()
    await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
    await started
  })

  it('stay through a restart of the database, after which what is stored is taken up anew', async () => {
    const own = await TestPostgres.start()
    if (!own.isOwn) return
    try {
      const database = await open(await own.newDatabase(), owner())
      const { leases } = database.cluster ?? {}
      if (!leases) throw new Error('it has no leases')
      const gained: number[] = []
      const { checkoutId } = aboutOne
      const { calls, end } = callsAbout(checkoutId)
      let isLost = false
      await leases.start(['key'], {
        gained: (partitions) => Promise.resolve(void gained.push(partitions.length)),
        onResumed: () => {},
        lost() {
          isLost = true
          return calls
        },
        onError: () => {},
      })
      const before = { name: leases.owner, permit: leases.permit() }
      await own.kill()
      await own.restart()
      await expect.poll(() => isLost, { timeout: 60_000 }).toBe(true)
      // A call that is out is seen to its end, and nothing begins beside it.
      expect([leases.keeps(checkoutId), leases.holds(checkoutId)]).toEqual([true, false])
      expect([before.permit(), leases.permit()()]).toEqual([false, true])
      await insert(database, 'held', aboutOne)
      // Nothing else waits for it.
      await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(255)
      expect([leases.keeps(checkoutId), leases.holds(checkoutId)]).toEqual([true, false])
      end()
      await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(256)
      expect([leases.owner, gained]).toEqual([before.name, [256, 255, 1]])
      await database.close()
    } finally {
      await own.stop()
    }
  })

  it('are given back by a server that leaves soon after a restart of the database, before its last call has ended', async () => {
    const own = await TestPostgres.start()
    if (!own.isOwn) return
    try {
      const ownUrl = await own.newDatabase()
      const database = await open(ownUrl, owner())
      const out: CallOut[] = []
      const { leases, lost } = await begin(database, () => out)
      const { calls, end } = callsAbout(aboutOne.checkoutId)
      const last = callsAbout('chk_another')
      out.push(...calls, ...last.calls)
      await own.kill()
      await own.restart()
      await expect.poll(() => lost.length, { timeout: 60_000 }).toBe(1)
      await expect.poll(() => leases.partitions.length, { timeout: 60_000 }).toBe(254)
      const left = leases.leave()
      end()
      const partitionsKept = async () =>
        (await own.query('select "partition" from leases where owner is not null', ownUrl)).map(
          (row) => row['partition'],
        )
      await expect.poll(partitionsKept, { timeout: 60_000 }).toEqual([partitionOf('chk_another')])
      last.end()
      await left
      expect(await partitionsKept()).toEqual([])
      await database.close()
    } finally {
      await own.stop()
    }
  })

  it('let a command write beside the servers, which notice', async () => {
    const server = await open(url, owner())
    await begin(server)
    const before = await server.externalVersion()
    await insert(server, 'server', aboutOne)
    expect(await server.externalVersion()).toEqual(before)
    await insert(await open(), 'command', aboutOne)
    expect(await server.externalVersion()).not.toEqual(before)
  })
})

describe('a command that is handed to the owner of its checkout', () => {
  const partitions = Array.from({ length: 256 }, (_, partition) => partition)
  const takerDies = () => postgres.query('delete from replicas', url)

  async function handOver(stays: boolean, waitMs: number) {
    const { cluster } = await open(url, owner())
    if (!cluster) throw new Error('The database is a file')
    await postgres.query(
      `insert into replicas (id, expires_at, joined_at, clock_ahead_ms)
       values ('taker', clock_timestamp() + interval '1 hour', clock_timestamp(), 0)`,
      url,
    )
    const { commands } = cluster
    const handed = commands.hand(aboutOne.checkoutId, 'sealed', { waitMs, stays })
    const take = (by: string) => commands.take(partitions, by)
    return { commands, take, handed }
  }

  it('is taken once while the server that took it lives', async () => {
    const { take, handed } = await handOver(true, 0)
    await handed
    expect(await take('taker')).toHaveLength(1)
    expect(await take('next')).toEqual([])
  })

  it('is taken again after the server that took it has died, if it stays and has no answer', async () => {
    const { commands, take, handed } = await handOver(true, 0)
    await handed
    const [command] = await take('taker')
    await takerDies()
    expect(await take('next')).toEqual([command])
    await commands.answer(command?.id ?? '', 'done')
    expect(await take('last')).toEqual([])
  })

  it('is left to the next owner by one that has lost the checkout, if it stays', async () => {
    const { commands, take, handed } = await handOver(true, 0)
    await handed
    const [command] = await take('taker')
    expect(await commands.giveBack(command?.id ?? '')).toBe(true)
    expect(await take('next')).toEqual([command])
  })

  it('is left to nobody else if it may not be carried out twice', async () => {
    const { commands, take, handed } = await handOver(false, 1_000)
    let taken: Awaited<ReturnType<typeof take>> = []
    await expect.poll(async () => (taken = await take('taker')), { interval: 10 }).toHaveLength(1)
    expect(await commands.giveBack(taken[0]?.id ?? '')).toBe(false)
    expect(await take('next')).toEqual([])
    await handed
  })

  it('is never taken again if it may not be carried out twice', async () => {
    const { take, handed } = await handOver(false, 1_000)
    await expect.poll(() => take('taker'), { interval: 10 }).toHaveLength(1)
    await takerDies()
    expect(await take('next')).toEqual([])
    expect(await handed).toEqual({ kind: 'begun' })
  })
})

describe('writes to PostgreSQL', () => {
  /** What was written, in order, while the first write waits for something. */
  async function writtenBeside(checkoutIds: readonly string[], enough: number): Promise<string[]> {
    const database = await open(url, owner())
    await begin(database)
    let goOn = () => {}
    const gate = new Promise<void>((resolve) => (goOn = resolve))
    const written: string[] = []
    const writes = checkoutIds.map((checkoutId, index) =>
      database
        .write(() => (index === 0 ? gate : Promise.resolve()), { checkoutId })
        .then(() => written.push(checkoutId)),
    )
    try {
      await expect.poll(() => written.length).toBeGreaterThanOrEqual(enough)
      return [...written]
    } finally {
      goOn()
      await Promise.all(writes)
    }
  }

  it('about most other checkouts do not wait for a slow one', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `co_${index}`)
    expect(await writtenBeside(ids, 20)).not.toContain('co_0')
  })

  it('about one checkout follow each other', async () => {
    expect(await writtenBeside(['co_0', 'co_0', 'co_0'], 0)).toEqual([])
  })
})

describe('the partition of a checkout', () => {
  it('is the same for the database and for the server', async () => {
    const database = await open()
    for (const id of ['chk_1', 'chk_AZ0-_z', 'chk_þ']) {
      const is = async (partition: number) => {
        const { rows } = await sql<{ is: boolean }>`
          select ${isInPartitions('id', [partition])} as is from (values (${id}::text)) as one (id)
        `.execute(database.db)
        return rows[0]?.is
      }
      expect(await is(partitionOf(id))).toBe(true)
      expect(await is((partitionOf(id) + 1) % 256)).toBe(false)
    }
  })
})

describe('a COMMIT whose answer is lost', () => {
  const through = async () => {
    const proxy = await CommitProxy.open(new URL(url))
    proxies.push(proxy)
    return { proxy, database: await open(proxy.urlFor(url), owner()) }
  }

  it('counts as written once the database says that it was', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'after_commit'
    await insert(database, 'a')
    expect(proxy.cuts).toBe(1)
    expect(await phones()).toEqual(['a'])
  })

  it('is written again if it never arrived, where that matters', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'before_commit'
    await insert(database, 'a', { mustPersist: true })
    expect(proxy.cuts).toBe(1)
    expect(await phones()).toEqual(['a'])
  })

  it('keeps nobody waiting while the database is away, and is not forgotten where that matters', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'after_commit'
    proxy.isLastCut = true
    const unavailable = { code: 'temporarily_unavailable' }
    const settled: string[] = []
    const own = insert(database, 'a')
    const kept = insert(database, 'b', { mustPersist: true }).then(() => settled.push('kept'))
    await expect.poll(() => proxy.isAway).toBe(true)
    const behind = insert(database, 'c').finally(() => settled.push('behind'))
    const probe = insert(database, 'd', { timeoutMs: 500 }).finally(() => settled.push('probe'))
    await Promise.all([
      expect(probe).rejects.toMatchObject(unavailable),
      expect(behind).rejects.toMatchObject(unavailable),
      expect(own.finally(() => settled.push('own'))).rejects.toMatchObject(unavailable),
    ])
    expect(settled).toEqual(['probe', 'behind', 'own'])
    proxy.isAway = false
    await kept
    expect(await phones()).toEqual(['a', 'b'])
  })

  it('is not written later if it was refused meanwhile and never arrived', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'before_commit'
    proxy.isLastCut = true
    const refused = insert(database, 'a')
    const kept = insert(database, 'b', { mustPersist: true })
    await expect(refused).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    proxy.isAway = false
    await kept
    expect(await phones()).toEqual(['b'])
  })

  it('is refused if it never arrived and need not be written', async () => {
    const { proxy, database } = await through()
    proxy.cut = 'before_commit'
    await expect(insert(database, 'a')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(await phones()).toEqual([])
  })
})

describe('the purge on PostgreSQL', () => {
  const day = 24 * 3_600_000
  const now = Date.UTC(2026, 10, 20)
  const count = 1_600

  /** What checkouts of the last hundred days leave, in steps of ninety minutes. */
  const fill = () =>
    postgres.query(
      `create temporary view numbers as select n, 'chk_' || n as id, 'R-' || n as reference,
        ${now} - n * 5400000::bigint as at from generate_series(1, ${count}) as n;
      insert into checkouts (id, reference, status, version, amount, currency, created_at,
        expires_at, late, refunds, refunding, order_details)
      select id, reference, 'paid', 3, 100, 'ISK', at, at, 0, '[]', 0, '{}' from numbers;
      insert into attempts (id, checkout_id, number, reference, token, phone_hash, started_at,
        ended_at, outcome, details)
      select 'att_' || n, id, 1, reference, 't-' || n, 'hash-' || n, at, at, 'paid',
        '{"payer":{"kind":"phone","masked":"•••3281","hash":"hash"}}' from numbers;
      insert into sessions (hash, checkout_id, created_at) select 's-' || n, id, at from numbers;
      insert into events (id, checkout_id, type, at, body, tries, delivered_at, next_try_at)
      select 'evt_' || n, id, 'checkout.paid', at, '{}', 1, at, case when n >= 1000 then ${now} end from numbers;
      insert into payment_requests (phone_hash, at) select 'hash-' || n, at from numbers;
      insert into idempotency_keys (key, fingerprint, checkout_id, created_at)
      select 'k-' || n, 'f', id, at from numbers;
      insert into logins (hash, sealed_token, expires_at)
      select 'l-' || n, 's', at + ${day} from numbers`,
      url,
    )

  const left = async () => {
    const tables = ['payment_requests', 'idempotency_keys', 'logins', 'events', 'sessions']
    const counts = tables.map((table) => `(select count(*) from ${table}) as ${table}`)
    const [row] = await postgres.query(
      `select ${counts.join(', ')}, (select count(*) from checkouts) as checkouts,
        (select count(*) from attempts where phone_hash is not null) as payers,
        (select count(*) from attempts where details like '%3281%') as numbers`,
      url,
    )
    return Object.fromEntries(
      Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]),
    )
  }

  it('deletes what it deletes from a SQLite file', async () => {
    const database = await open()
    await fill()
    await purge(database, now)
    expect(await left()).toEqual({
      ...{ payment_requests: 16, idempotency_keys: 112, logins: 15, events: 1_081, sessions: 480 },
      ...{ checkouts: count, payers: 480, numbers: 480 },
    })
  })

  it('keeps no write waiting, and goes on with the others where it fails in one table', async () => {
    const name = new URL(url).pathname.slice(1)
    await postgres.query(`alter database ${name} set lock_timeout = '2s'`)
    const database = await open()
    await fill()
    const another = new Client({ connectionString: url })
    await another.connect()
    await another.query('begin; lock table idempotency_keys')
    const refused = expect(purge(database, now)).rejects.toMatchObject({ code: '55P03' })
    // The tables before it are done.
    await expect.poll(async () => (await phones()).length).toBe(16)
    await insert(database, 'new', { timeoutMs: 500 })
    await refused
    await another.end()
    expect(await left()).toMatchObject({ idempotency_keys: count, sessions: 480, payers: 480 })
  })
})

describe('a PostgreSQL server that goes away', () => {
  it('holds what must be written until it is back, and refuses the rest meanwhile', async () => {
    const own = await TestPostgres.start()
    if (!own.isOwn) return
    try {
      const there = await own.newDatabase()
      const database = await openDatabase(there, owner())
      await own.kill()
      const held = insert(database, 'held', { mustPersist: true })
      await expect(insert(database, 'refused')).rejects.toMatchObject({
        code: 'temporarily_unavailable',
      })
      await own.restart()
      await held
      await insert(database, 'later')
      const rows = await own.query('select phone_hash from payment_requests order by seq', there)
      expect(rows.map(({ phone_hash }) => phone_hash)).toEqual(['held', 'later'])
      await database.close()
    } finally {
      await own.stop()
    }
  })
})

describe('a PostgreSQL database that an operator changes while a server runs', () => {
  interface Change {
    readonly what: string
    readonly make: readonly string[]
    readonly undo: readonly string[]
  }

  /** Statements of the owner of the server; those about the database itself run in another one. */
  const changes = (name: string, role: string): readonly Change[] => {
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
    const close = [`alter database ${name} allow_connections false`, end]
    const rename = (from: string, to: string) => `alter database ${from} rename to ${to}`
    const alter = (to: string) => `alter table payment_requests ${to}`
    return [
      {
        what: 'a right on a table',
        make: [`revoke insert on payment_requests from ${role}`],
        undo: [`grant insert on payment_requests to ${role}`],
      },
      {
        what: 'the name of a table',
        make: [alter('rename to gone')],
        undo: ['alter table gone rename to payment_requests'],
      },
      {
        what: 'the name of a column',
        make: [alter('rename column phone_hash to gone')],
        undo: [alter('rename column gone to phone_hash')],
      },
      {
        what: 'a trigger that refuses every row',
        make: [
          "create function refuse() returns trigger language plpgsql as 'begin raise exception ''full''; end'",
          'create trigger refuse before insert on payment_requests for each row execute function refuse()',
        ],
        undo: ['drop trigger refuse on payment_requests'],
      },
      {
        what: 'whether it accepts connections',
        make: close,
        undo: [`alter database ${name} allow_connections true`],
      },
      // These count from the begin of a connection.
      {
        what: 'whether it can be written to',
        make: [`alter database ${name} set default_transaction_read_only = on`, end],
        undo: [`alter database ${name} reset default_transaction_read_only`],
      },
      {
        what: 'the schema that the user sees',
        make: [`alter role ${role} in database ${name} set search_path = nowhere`, end],
        undo: [`alter role ${role} in database ${name} reset search_path`],
      },
      {
        what: 'its name',
        make: [...close, rename(name, `${name}_gone`)],
        undo: [rename(`${name}_gone`, name), `alter database ${name} allow_connections true`],
      },
      {
        what: 'whether the user may log in',
        make: [`alter role ${role} nologin`, end],
        undo: [`alter role ${role} login`],
      },
      {
        what: 'the password of the user',
        make: [`alter role ${role} password 'another'`, end],
        undo: [`alter role ${role} password 'guest-password'`],
      },
    ]
  }

  const isAboutAll = (statement: string) => /database|role|terminate/.test(statement)

  it('holds what must be written until the change is undone, and refuses the rest meanwhile', async () => {
    const name = new URL(url).pathname.slice(1)
    const role = `owner_of_${name}`
    const guest = new URL(url)
    guest.username = role
    guest.password = 'guest-password'
    await postgres.query(`create role ${role} login password 'guest-password'`)
    await postgres.query(`alter database ${name} owner to ${role}`)
    await postgres.query(`alter schema public owner to ${role}`, url)
    const database = await open(guest.href)
    const run = async (statements: readonly string[]) => {
      for (const one of statements) await postgres.query(one, isAboutAll(one) ? undefined : url)
    }
    for (const { what, make, undo } of changes(name, role)) {
      await run(make)
      const held = insert(database, what, { mustPersist: true })
      const rest = insert(database, 'refused')
      await expect(rest, what).rejects.toMatchObject({ code: 'temporarily_unavailable' })
      await run(undo)
      await expect(held, what).resolves.toBeDefined()
    }
    expect(await phones()).toEqual(
      changes(name, role)
        .map(({ what }) => what)
        .sort(),
    )
  })
})
