import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asMigrated } from '../as-migrated.ts'
import { UnusableDatabase } from '../failure.ts'
import { difference, readTables } from '../schema-check.ts'
import type { Schema } from '../schema-check.ts'
import type { Tables } from '../schema.ts'
import { nameOf } from './connection.ts'
import { partitionCount } from './partitions.ts'

interface Column {
  readonly table: string
  readonly name: string
  /** It has no default either: every INSERT must set it. */
  readonly isRequired: boolean
}
interface Index {
  readonly table: string
  /** Null: it belongs to a constraint. */
  readonly name: string | null
  readonly isPrimary: boolean
  readonly isUnique: boolean
  readonly isPartial: boolean
  readonly columns: string
}

/**
 * A restore that went on after an error leaves a complete list of migrations over half a schema. The tables that a SQLite file has
 * as well are compared with those of one; the unique indexes among them are the last guards of the money. Without the rows of the
 * others, servers would be ready and act on nothing.
 *
 * @throws UnusableDatabase, with a message for the operator
 */
export async function verifyPostgresSchema(db: Kysely<Tables>, url: string): Promise<void> {
  const expected = await (expectation ??= asMigrated(ofSqlite))
  await assertRights(db, url, [...expected.tables])
  const found =
    difference(await ofPostgres(db, [...expected.tables]), expected) ?? (await missingRows(db))
  if (found !== null)
    throw new UnusableDatabase(
      `The database ${nameOf(url)} does not have the schema that this version needs (${found}): it was changed by hand, or restored in part. Restore a whole backup, or give this server a schema of its own.`,
    )
}

/**
 * The tables may belong to another user, as after a restore.
 *
 * @throws UnusableDatabase where this one may not read and write one of them
 */
export async function assertRights(
  db: Kysely<Tables>,
  url: string,
  tables: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = ${schemaId} and relname = any(${tables}) and relkind in ('r', 'p')
      and not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert, update'))
    order by relname limit 1`.execute(db)
  const [table] = rows
  if (table)
    throw new UnusableDatabase(
      `The database ${nameOf(url)} does not give this user the rights it needs on its table ${table.name}: make this user the owner of the tables, or give this server a schema of its own.`,
    )
}

/** Of the schema that this connection's tables are in. */
export const schemaId = sql`(select oid from pg_namespace where nspname = current_schema())`

/** What a SQLite file does not have: the columns of each table, its primary key before the colon. */
const betweenServers = {
  replicas: 'id: expires_at joined_at clock_ahead_ms is_leaving hash_key_checks',
  leases: 'partition: owner epoch',
  handed_commands: 'id: partition sealed expires_at taken_by answer is_repeatable',
  external_changes: 'count',
}
const columnsBetweenServers = Object.entries(betweenServers).flatMap(([table, columns]) =>
  columns.split(' ').map((name) => ({
    ...{ table, name: name.replace(':', '') },
    key: name.endsWith(':') ? 1 : 0,
  })),
)

/** In words, like a difference between schemas; null if none is. */
async function missingRows(db: Kysely<Tables>): Promise<string | null> {
  const { rows } = await sql<{ table: string; count: number; expected: number }>`
    select 'leases' as "table", count(*) as count, ${partitionCount}::int as expected from leases
    union all select 'external_changes', count(*), 1 from external_changes`.execute(db)
  const wrong = rows.find(({ count, expected }) => count !== expected)
  if (!wrong) return null
  return `it has ${wrong.count} rows in ${wrong.table} instead of ${wrong.expected}`
}

let expectation: Promise<Schema & { readonly tables: ReadonlySet<string> }> | null = null

async function ofSqlite(db: Kysely<Tables>) {
  const { columns: shared, indexes } = await readTables(db)
  const columns = [...shared, ...columnsBetweenServers]
  const keys = [...new Set(columns.map(({ table }) => table))].map((table) => ({
    ...{ table, name: null, isPrimary: true, isUnique: true, isPartial: false },
    columns: columns
      .filter((column) => column.table === table && column.key > 0)
      .sort((a, b) => a.key - b.key)
      .map(({ name }) => name)
      .join(', '),
  }))
  const others = indexes
    .filter(({ origin }) => origin !== 'pk')
    .map(({ table, name, origin, unique, partial, columns }) => ({
      ...{ table, columns, isPrimary: false, isUnique: unique === 1, isPartial: partial === 1 },
      name: origin === 'c' ? name : null,
    }))
  return {
    tables: new Set(columns.map(({ table }) => table)),
    ...toSchema(
      columns.map(({ table, name }) => ({ table, name, isRequired: true })),
      [...keys.filter((key) => key.columns !== ''), ...others],
    ),
  }
}

async function ofPostgres(db: Kysely<Tables>, tables: readonly string[]): Promise<Schema> {
  const { rows: columns } = await sql<Column>`
    select c.relname as "table", a.attname as name,
      a.attnotnull and not a.atthasdef and a.attidentity = '' as "isRequired"
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = ${schemaId} and c.relname = any(${tables})
      and a.attnum > 0 and not a.attisdropped`.execute(db)
  // An index that could not be built to its end is there, and holds nothing.
  const { rows: indexes } = await sql<Index>`
    select t.relname as "table", case when k.oid is null then c.relname end as name,
      i.indisprimary as "isPrimary", i.indisunique as "isUnique", i.indpred is not null as "isPartial",
      (select string_agg(a.attname, ', ' order by n.at) from unnest(i.indkey) with ordinality n (number, at)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = n.number) as columns
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u')
    where t.relnamespace = ${schemaId} and t.relname = any(${tables}) and i.indisvalid`.execute(db)
  return toSchema(columns, indexes)
}

const toSchema = (columns: readonly Column[], indexes: readonly Index[]): Schema => ({
  lines: new Set([
    ...columns.map(({ table, name }) => `column ${table}.${name}`),
    ...indexes.flatMap(indexLines),
  ]),
  required: new Set(
    columns.filter(({ isRequired }) => isRequired).map(({ table, name }) => `${table}.${name}`),
  ),
})

function indexLines({ table, name, isPrimary, isUnique, isPartial, columns }: Index) {
  if (isPrimary) return [`primary key (${columns}) of ${table}`]
  const where = isPartial ? ' with a condition' : ''
  return [
    ...(name === null ? [] : [`index ${name}`]),
    ...(isUnique ? [`unique index on ${table} (${columns})${where}`] : []),
  ]
}
