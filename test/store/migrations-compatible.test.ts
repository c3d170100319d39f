import { Migrator } from 'kysely'
import type { Migration } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { sharedPostgres } from '../support/databases.ts'
import { connectPostgres } from '../../server/store/postgres/connection.ts'
import { postgresMigrations } from '../../server/store/postgres/migrate.ts'

/** What the statements of a version depend on. */
interface Shape {
  /** By `table.column`: its type, and what happens where a statement leaves it out. */
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly mayBeLeftOut: boolean }>
  /** Of each table, the sets of columns that may not repeat, each under a condition. */
  readonly unique: readonly Unique[]
  /** Checks and references. */
  readonly constraints: ReadonlySet<string>
}

interface Unique {
  readonly table: string
  readonly columns: readonly string[]
  readonly condition: string
}

const names = Object.keys(postgresMigrations).sort()
/** As each migration leaves the schema. */
const shapes = new Map<string, Shape>()

beforeAll(async () => {
  const postgres = await sharedPostgres()
  const url = await postgres.newDatabase()
  const { db } = connectPostgres(url)
  const known: Record<string, Migration> = {}
  for (const name of names) {
    const migration = postgresMigrations[name]
    if (!migration) throw new Error(`There is no ${name}`)
    known[name] = migration
    const provider = { getMigrations: () => Promise.resolve(known) }
    expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBe(undefined)
    shapes.set(name, await shapeOf((statement) => postgres.query(statement, url)))
  }
  await db.destroy()
})

type Query = (statement: string) => Promise<Record<string, unknown>[]>

async function shapeOf(query: Query): Promise<Shape> {
  const columns = await query(`
    select table_name || '.' || column_name as name, data_type as type, is_nullable = 'YES'
      or column_default is not null or is_identity = 'YES' as may_be_left_out
    from information_schema.columns
    where table_schema = current_schema() and table_name not like 'kysely%'`)
  const unique = await query(`
    select relations.relname as table, coalesce(pg_get_expr(indpred, indrelid), '') as condition,
      array(
        select pg_get_indexdef(indexrelid, position, true)
        from generate_series(1, indnkeyatts) as position
      ) as columns
    from pg_index join pg_class as relations on relations.oid = indrelid
    where indisunique and relnamespace = current_schema()::regnamespace
      and relations.relname not like 'kysely%'`)
  const constraints = await query(`
    select conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) as text
    from pg_constraint where contype in ('c', 'f') and connamespace = current_schema()::regnamespace`)
  return {
    columns: new Map(
      columns.map(({ name, type, may_be_left_out }) => [
        String(name),
        { type: String(type), mayBeLeftOut: may_be_left_out === true },
      ]),
    ),
    unique: unique as unknown as Unique[],
    constraints: new Set(constraints.map(({ text }) => String(text))),
  }
}

const before = (name: string) => shapes.get(names[names.indexOf(name) - 1] ?? '')

/** Whatever the one lets repeat, the other does as well. */
const isImpliedBy = (later: Unique, earlier: Unique) =>
  later.table === earlier.table &&
  later.condition === earlier.condition &&
  earlier.columns.every((column) => later.columns.includes(column))

// A rolling update has servers of the version before at work on the schema of the next one.
describe.each(names.slice(1))('the version before the migration %s', (name) => {
  const both = () => {
    const [earlier, later] = [before(name), shapes.get(name)]
    if (!earlier || !later) throw new Error(`${name} was not run`)
    const tables = new Set([...earlier.columns.keys()].map((column) => column.split('.')[0]))
    return { earlier, later, hadTable: (table = '') => tables.has(table) }
  }

  it('finds every table and column that it knows, of the same type', () => {
    const { earlier, later } = both()
    for (const [column, { type }] of earlier.columns)
      expect(later.columns.get(column)?.type, column).toBe(type)
  })

  it('the version before a migration may leave out every column that it does not know, and every one that it left out', () => {
    const { earlier, later, hadTable } = both()
    for (const [column, { mayBeLeftOut }] of later.columns) {
      const couldBe = earlier.columns.get(column)?.mayBeLeftOut ?? hadTable(column.split('.')[0])
      if (couldBe) expect(mayBeLeftOut, column).toBe(true)
    }
  })

  it('the version before a migration is refused nothing that was accepted before it', () => {
    const { earlier, later, hadTable } = both()
    for (const unique of later.unique.filter(({ table }) => hadTable(table)))
      expect(
        earlier.unique.some((one) => isImpliedBy(unique, one)),
        `unique ${unique.table} ${unique.columns.join()}`,
      ).toBe(true)
    for (const constraint of later.constraints)
      if (hadTable(constraint.split(' ')[0])) expect([...earlier.constraints]).toContain(constraint)
  })
})
