import { Migrator, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { connectPostgres } from '../../../server/store/postgres/connection.ts'
import { postgresMigrations } from '../../../server/store/postgres/migrate.ts'
import { verifyPostgresSchema } from '../../../server/store/postgres/schema-check.ts'
import { isInPartitions, partitionOf } from '../../../server/store/postgres/partitions.ts'
import { PoolerProxy } from '../../support/postgres/pooler-proxy.ts'
import { insert, owner, problemOf, storeOfEachTest } from '../../support/postgres/store.ts'

const store = storeOfEachTest()

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

  it('the schema on PostgreSQL has the tables and columns of a SQLite file', async () => {
    const ids = (columns: string[]) =>
      // [sqlite] a primary key may be null.
      columns.map((column) => column.replace(/(\.(?:id|hash|key|seq)) .*/, '$1'))
    const file = await store.open('file::memory:')
    expect(ids(await columnsOf(await store.open()))).toEqual(ids(await columnsOf(file)))
  })

  it('the schema on PostgreSQL has the indexes of a SQLite file, with the same conditions', async () => {
    const bare = (text: string) =>
      text
        .toLowerCase()
        .replace(/= any \(\(?array\[(.*?)\]\)?\)/, 'in ($1)')
        .replace(/[\s"()]|::text/g, '')
    const file = await store.open('file::memory:')
    const { rows } = await sql<{ name: string; sql: string }>`
      select name, sql from sqlite_schema where type = 'index' and sql is not null`.execute(file.db)
    await store.open()
    const found = new Map(
      (await store.postgres.query('select indexname, indexdef from pg_indexes', store.url)).map(
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

  it('the schema on PostgreSQL is refused if a newer version has written it', async () => {
    await (await openDatabase(store.url)).close()
    await store.postgres.query(
      "insert into kysely_migration values ('999_later', 'now')",
      store.url,
    )
    expect(await problemOf(store.url)).toMatch(
      /written by a newer version \(it has the migration 999/,
    )
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
    'the schema on PostgreSQL is refused with a message when %s although its migrations have run',
    async (_, statements, named) => {
      await (await openDatabase(store.url)).close()
      for (const statement of statements.split('; '))
        await store.postgres.query(statement, store.url)
      const said = await problemOf(store.url)
      expect(said).toMatch(/does not have the schema that this version needs \(it has /)
      expect(said).toContain(named)
    },
  )

  it('the schema on PostgreSQL is refused when any of its columns is missing', async () => {
    await (await openDatabase(store.url)).close()
    const columns = await store.postgres.query(
      `select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%'`,
      store.url,
    )
    expect(columns.length).toBeGreaterThan(80)
    const { db } = connectPostgres(store.url)
    for (const { table, column } of columns) {
      const isMissing = db.transaction().execute(async (trx) => {
        await sql`alter table ${sql.id(String(table))} drop column ${sql.id(String(column))} cascade`.execute(
          trx,
        )
        await verifyPostgresSchema(trx, store.url)
      })
      await expect(isMissing, `${String(table)}.${String(column)}`).rejects.toThrow(
        /does not have the schema that this version needs/,
      )
    }
    await db.destroy()
  })

  it('the schema on PostgreSQL is neither made nor migrated by a command', async () => {
    const beside = () => openDatabase(store.url, { keepsSchema: true })
    await expect(beside()).rejects.toThrow(/ is empty: no server has used it yet\.$/)
    expect(
      await store.postgres.query(
        'select * from pg_tables where schemaname = $$public$$',
        store.url,
      ),
    ).toEqual([])
    await (await store.open()).close()
    await (await beside()).close()
    await store.postgres.query(
      'delete from kysely_migration where name > $$005$$ || $$_z$$',
      store.url,
    )
    await expect(beside()).rejects.toThrow(/ was written by an earlier version: /)
  })

  it('the schema on PostgreSQL is made under an unusual name beside that of another deployment', async () => {
    await insert(await store.open(), 'first')
    await store.postgres.query('create schema "Önnur ""Búð"" A"', store.url)
    const beside = new URL(store.url)
    beside.searchParams.set('options', String.raw`-c search_path="Önnur\ ""Búð""\ A"`)
    const second = await store.open(beside.href, owner())
    await second.cluster?.notifications.start({ onHint: () => {}, onGap: () => {} })
    await insert(second, 'second')
    expect(await store.phones()).toEqual(['first'])
    expect(await store.phones(beside.href)).toEqual(['second'])
  })

  it('the schema on PostgreSQL is made once by servers that start at the same moment', async () => {
    const opened = await Promise.all(
      Array.from({ length: 6 }, () => store.open(store.url, owner())),
    )
    await insert(opened[0] ?? (await store.open()), 'first')
    expect(await store.phones()).toEqual(['first'])
  })

  it('the schema on PostgreSQL is no other program’s where a server that migrates has only begun', async () => {
    await store.postgres.query('create table kysely_migration_lock (id int)', store.url)
    expect(await problemOf(store.url)).not.toContain('belongs to another program')
  })

  it('the schema on PostgreSQL is made where another server has only begun, with the list of its migrations', async () => {
    await store.postgres.query(
      'create table kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)',
      store.url,
    )
    await insert(await store.open(store.url, owner({ hashKeyChecks: ['ours'] })), 'first')
    expect(await store.phones()).toEqual(['first'])
  })

  it('the schema on PostgreSQL is refused if another program has tables in it, which stay as they are', async () => {
    await store.postgres.query('create table orders (id int)', store.url)
    expect(await problemOf(store.url)).toMatch(
      /belongs to another program: its schema has a table orders/,
    )
    const tables = await store.postgres.query(
      "select table_name from information_schema.tables where table_schema = 'public'",
      store.url,
    )
    expect(tables).toEqual([{ table_name: 'orders' }])
  })

  it.each(['table orders (id int)', 'view orders as select 1 as id'])(
    'the schema on PostgreSQL is refused if another program has what this user may not even see: a %s',
    async (theirs) => {
      await store.postgres.query(`create ${theirs}`, store.url)
      expect(await problemOf(await store.urlOfGuest())).toMatch(
        /belongs to another program: its schema has a table orders/,
      )
    },
  )

  it('the schema on PostgreSQL is made beside what an extension of the database has brought', async () => {
    if (!store.postgres.isOwn) return
    await store.postgres.query('create extension pg_stat_statements', store.url)
    await insert(await store.open(), 'first')
    expect(await store.phones()).toEqual(['first'])
  })

  it('the schema on PostgreSQL is refused with the reason where this user may not read or write its tables', async () => {
    await (await openDatabase(store.url)).close()
    const guest = await store.urlOfGuest()
    const { username } = new URL(guest)
    const may = (right: string) => store.postgres.query(`${right} ${username}`, store.url)
    const all = 'select, insert, update, delete on all tables in schema public'
    expect(await problemOf(guest)).toMatch(
      /does not give this user the rights it needs on its table kysely_migration: /,
    )
    await may(`grant ${all} to`)
    expect(await problemOf(guest)).toBe('opened')
    for (const missing of ['select on events', 'insert, update, delete on sessions']) {
      await may(`revoke ${missing} from`)
      expect(await problemOf(guest)).toMatch(
        new RegExp(`the rights it needs on its table ${missing.replace(/.* on /, '')}: make `),
      )
      await may(`grant ${all} to`)
    }
  })
})

describe('the schema of the version before, on PostgreSQL', () => {
  it('the schema of the version before is not migrated by a server that hears no notifications, or has another HASH_KEY', async () => {
    const [newest = '', ...others] = Object.keys(postgresMigrations).sort().reverse()
    const known = Object.fromEntries(
      Object.entries(postgresMigrations).filter(([name]) => name !== newest),
    )
    const { db } = connectPostgres(store.url)
    const provider = { getMigrations: () => Promise.resolve(known) }
    expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBeUndefined()
    await db.destroy()
    const query = (statement: string) => store.postgres.query(statement, store.url)
    const migrations = async () => (await query('select name from kysely_migration')).length
    const opened = (options: Parameters<typeof owner>[0]) => store.open(store.url, owner(options))

    const pooler = store.closing(await PoolerProxy.open(new URL(store.url)))
    const deaf = opened({ listenUrl: pooler.urlFor(store.url) })
    await expect(deaf).rejects.toThrow(/it lies behind a pooler of transactions/)
    expect(await migrations()).toBe(others.length)

    // As a later schema has it from the beginning.
    await query('alter table replicas add hash_key_checks text')
    await query(`insert into replicas (id, expires_at, joined_at, clock_ahead_ms, hash_key_checks)
      values ('one', now() + interval '1 minute', now(), 0, 'theirs')`)
    const unlike = opened({ hashKeyChecks: ['ours', 'theirs'] })
    await expect(unlike).rejects.toThrow(/has another HASH_KEY/)
    expect(await migrations()).toBe(others.length)

    await query('alter table replicas drop hash_key_checks')
    await opened({ hashKeyChecks: ['ours', 'theirs'] })
    expect(await migrations()).toBe(others.length + 1)
  })
})

describe('the partition of a checkout', () => {
  it('the partition of a checkout is the same for the database and for the server', async () => {
    const database = await store.open()
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
