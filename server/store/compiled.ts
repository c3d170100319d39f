import type {
  Compilable,
  CompiledQuery,
  DialectAdapter,
  Kysely,
  QueryResult,
  RawBuilder,
} from 'kysely'
import type { Tables } from './schema.ts'

/** Stands for a value while a query is compiled. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** By the names of the values. */
type Queries<Row> = Map<string, (values: object) => CompiledQuery<Row>>

const texts = new Set<string>()

/** Whether the SQL is that of a compiled query, of which there are not many. */
export const isCompiled = (text: string): boolean => texts.has(text)

/**
 * A query that is compiled once for each database and set of names and run with different values each time: Kysely takes longer to compile
 * a query than SQLite to run it. `build` receives placeholders, so it must not look at the values.
 */
export function compiled<Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row> | RawBuilder<Row>,
) {
  const queriesOf = new WeakMap<DialectAdapter, Queries<Row>>()
  return (db: Kysely<Tables>, values: Values): Promise<QueryResult<Row>> => {
    const { adapter } = db.getExecutor()
    let queries = queriesOf.get(adapter)
    if (!queries) {
      queries = new Map() as Queries<Row>
      queriesOf.set(adapter, queries)
    }
    const names = Object.keys(values).join()
    let query = queries.get(names)
    if (!query) {
      const built = build(db, placeholdersFor(values)).compile(db)
      texts.add(built.sql)
      query = withValues(built)
      queries.set(names, query)
    }
    return db.executeQuery(query(values))
  }
}

const withValues =
  <Row>({ sql, query, queryId, parameters }: CompiledQuery<Row>) =>
  (values: object): CompiledQuery<Row> => ({
    sql,
    query,
    queryId,
    parameters: parameters.map((one) =>
      one instanceof Placeholder ? values[one.name as keyof typeof values] : one,
    ),
  })

const placeholdersFor = <Values extends object>(values: Values) =>
  Object.fromEntries(
    Object.keys(values).map((name) => [name, new Placeholder(name)]),
  ) as unknown as Values
