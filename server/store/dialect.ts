import { setTimeout } from 'node:timers/promises'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { failureOf, isError } from './failure.ts'
import type { Connection } from './sqlite.ts'

/** Half a second in total: readers meet a lock only while another program opens, closes or repairs the database. */
const readRetryDelays = [1, 2, 5, 10, 20, 50, 100, 150, 150]

/** SQLite as we use it: writers take the lock when they begin, nothing blocks the event loop, and migrations are atomic. */
export const storeDialect = (connection: Connection): Dialect => ({
  createAdapter: () => new StoreAdapter(),
  createDriver: () => new StoreDriver(connection),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

class StoreAdapter extends SqliteAdapter {
  // [sqlite] schema changes are transactional. Kysely's adapter says no, because some ALTERs need foreign keys off.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class StoreDriver implements Driver {
  readonly #connection: Connection
  readonly #shared: SharedConnection
  #turn: Promise<void> | null = null
  #endTurn = () => {}

  constructor(connection: Connection) {
    this.#connection = connection
    this.#shared = new SharedConnection(connection)
  }

  async init(): Promise<void> {}

  /** There is one connection, used by one caller at a time. */
  async acquireConnection(): Promise<DatabaseConnection> {
    while (this.#turn) await this.#turn
    this.#turn = new Promise((resolve) => (this.#endTurn = resolve))
    return this.#shared
  }

  releaseConnection(): Promise<void> {
    this.#turn = null
    this.#endTurn()
    return Promise.resolve()
  }

  /**
   * [sqlite] a transaction that begins by reading cannot write once another one has written, however long it waits. This one
   * takes the lock when it begins, or fails at once without having done anything.
   */
  beginTransaction(): Promise<void> {
    return promiseOf(() => {
      try {
        this.#connection.exec('begin immediate')
      } catch (error) {
        if (!isError(error)) throw error
        // The previous transaction was neither committed nor rolled back.
        this.#connection.reopen()
        this.#connection.exec('begin immediate')
      }
      this.#shared.isInTransaction = true
    })
  }

  commitTransaction(): Promise<void> {
    return promiseOf(() => {
      this.#connection.exec('commit')
      this.#shared.isInTransaction = false
    })
  }

  rollbackTransaction(): Promise<void> {
    return promiseOf(() => {
      this.#shared.isInTransaction = false
      try {
        this.#connection.exec('rollback')
      } catch {
        // [sqlite] some errors roll back automatically. Anything else shows when the next transaction begins.
      }
    })
  }

  destroy(): Promise<void> {
    return promiseOf(() => this.#connection.close())
  }
}

class SharedConnection implements DatabaseConnection {
  readonly #connection: Connection
  isInTransaction = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return promiseOf(() => this.#execute<R>(query)).catch((error: unknown) => {
      if (this.isInTransaction || failureOf(error) !== 'busy') throw error
      return this.#retry<R>(query, error)
    })
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not supported')
  }

  async #retry<R>(query: CompiledQuery, error: unknown): Promise<QueryResult<R>> {
    for (const pause of readRetryDelays) {
      await setTimeout(pause)
      try {
        return this.#execute<R>(query)
      } catch (again) {
        if (failureOf(again) !== 'busy') throw again
      }
    }
    // See `Connection.exec`: a statement that failed would keep its snapshot.
    this.#connection.reopen()
    throw error
  }

  #execute<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const { rows, changes, lastInsertRowid } = this.#connection.query(sql, parameters)
    return {
      rows: rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(lastInsertRowid !== undefined && { insertId: BigInt(lastInsertRowid) }),
    }
  }
}

/** The result of a synchronous call as a promise, which rejects if the call throws. */
const promiseOf = <T>(call: () => T): Promise<T> => new Promise((resolve) => resolve(call()))
