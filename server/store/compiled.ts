import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Tables } from './schema.ts'

/** Stands for a value while a query is put into words. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is put into words once and run with other values each time: Kysely takes longer for the words than
 * SQLite for the work. `build` may not look at the values, for it sees placeholders; each run must name the same ones.
 */
export function compiled<Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
) {
  let known: CompiledQuery<Row> | undefined
  return (db: Kysely<Tables>, values: Values): Promise<QueryResult<Row>> => {
    known ??= build(db, placeholdersFor(values)).compile()
    const parameters = known.parameters.map((one) =>
      one instanceof Placeholder ? values[one.name as keyof Values] : one,
    )
    return db.executeQuery({ ...known, parameters })
  }
}

const placeholdersFor = <Values extends object>(values: Values) =>
  Object.fromEntries(
    Object.keys(values).map((name) => [name, new Placeholder(name)]),
  ) as unknown as Values
