import { sql } from 'kysely'
import type { Kysely } from 'kysely'

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly required: number
  readonly hasDefault: number
  readonly key: number
}
interface Index {
  readonly table: string
  readonly name: string
  /** [sqlite] `c`: it was created by itself, `pk` or `u`: by a constraint of the table. */
  readonly origin: string
  readonly unique: number
  readonly partial: number
  readonly columns: string
  readonly sql: string | null
}

/** Everything about a schema that the code relies on, one line each. The order of columns does not matter. */
export interface Schema {
  readonly lines: ReadonlySet<string>
  /** Columns that every INSERT must set. */
  readonly required: ReadonlySet<string>
}

const isOurs = sql`m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\'
  and m.name not like 'kysely\\_%' escape '\\'`

/** The columns and indexes of a SQLite file. */
export async function readTables<Any>(db: Kysely<Any>) {
  const { rows: columns } = await sql<Column>`
    select m.name as "table", c.name as name, lower(c.type) as type, c."notnull" as required,
      c.dflt_value is not null as "hasDefault", c.pk as key
    from sqlite_schema m join pragma_table_info(m.name) c where ${isOurs}`.execute(db)
  const { rows: indexes } = await sql<Index>`
    select m.name as "table", i.name as name, i.origin as origin, i."unique" as "unique",
      i.partial as partial, s.sql as sql,
      (select group_concat(n.name, ', ') from pragma_index_info(i.name) n) as columns
    from sqlite_schema m join pragma_index_list(m.name) i
    left join sqlite_schema s on s.type = 'index' and s.name = i.name
    where ${isOurs}`.execute(db)
  return { columns, indexes }
}

export async function describeSchema<Any>(db: Kysely<Any>): Promise<Schema> {
  const { columns, indexes } = await readTables(db)
  return {
    lines: new Set([...columns.map(columnLine), ...indexes.map(indexLine)]),
    required: new Set(
      columns
        .filter(({ required, hasDefault, key }) => required === 1 && hasDefault === 0 && key === 0)
        .map(({ table, name }) => `${table}.${name}`),
    ),
  }
}

const columnLine = ({ table, name, type, required, key }: Column) =>
  `column ${table}.${name} ${type}${required === 1 ? ' not null' : ''}${key > 0 ? ` key ${key}` : ''}`

const indexLine = ({ table, unique, columns, sql }: Index) => {
  const condition = /\bwhere\b(.*)$/is.exec(sql ?? '')?.[1] ?? ''
  const where = condition && ` where ${condition.toLowerCase().replace(/["\s()]/g, '')}`
  return `${unique === 1 ? 'unique index' : 'index'} on ${table} (${columns})${where}`
}

/** The first difference from the expected schema, in words; null if there is none. Additional indexes are allowed. */
export function difference(actual: Schema, expected: Schema): string | null {
  for (const line of expected.lines) if (!actual.lines.has(line)) return `it has no ${line}`
  for (const name of actual.required)
    if (!expected.required.has(name)) return `it has a column ${name} that nothing is written to`
  for (const line of actual.lines)
    if (line.startsWith('unique') && !expected.lines.has(line)) return `it has a ${line}`
  return null
}
