import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Tables } from './schema.ts'

/** Stands for a value while a query is compiled. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is compiled once and run with different values each time: Kysely takes longer to compile a query than SQLite
 * to run it. `build` receives placeholders, so it must not look at the values; every run must pass the same names.
 */
export function compiled<Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
) {
  let query: CompiledQuery<Row> | undefined
  return (db: Kysely<Tables>, values: Values): Promise<QueryResult<Row>> => {
    query ??= build(db, placeholdersFor(values)).compile()
    const parameters = query.parameters.map((one) =>
      one instanceof Placeholder ? values[one.name as keyof Values] : one,
    )
    return db.executeQuery({ ...query, parameters })
  }
}

const placeholdersFor = <Values extends object>(values: Values) =>
  Object.fromEntries(
    Object.keys(values).map((name) => [name, new Placeholder(name)]),
  ) as unknown as Values
