import { openSecondConnection } from '../support/second-connection.ts'

/** Reads a database over a connection of its own, which sees only what is committed. */
export class DiskReader {
  readonly path: string
  readonly #connection: ReturnType<typeof openSecondConnection>
  readonly #statements = new Map<string, Statement>()

  constructor(path: string) {
    this.path = path
    this.#connection = openSecondConnection(path)
  }

  /** The first row of a result. */
  first(sql: string, ...parameters: unknown[]): Row | undefined {
    return this.#prepare(sql).get(...parameters) as Row | undefined
  }

  /** All rows of a result. */
  all(sql: string, ...parameters: unknown[]): readonly Row[] {
    return this.#prepare(sql).all(...parameters) as Row[]
  }

  #prepare(sql: string) {
    const statement = this.#statements.get(sql) ?? this.#connection.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  close(): void {
    this.#connection.close()
  }
}

/** The same, once. */
export function onDisk(path: string, sql: string, ...parameters: unknown[]): Row | undefined {
  const reader = new DiskReader(path)
  try {
    return reader.first(sql, ...parameters)
  } finally {
    reader.close()
  }
}

type Statement = ReturnType<ReturnType<typeof openSecondConnection>['prepare']>

export type Row = Readonly<Record<string, unknown>>
