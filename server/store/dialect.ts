import { setTimeout } from 'node:timers/promises'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { failureOf, isError } from './failure.ts'
import type { Connection } from './sqlite.ts'

/** Together half a second: a reader meets a lock only while somebody opens, closes or repairs the database. */
const pausesOfReaders = [1, 2, 5, 10, 20, 50, 100, 150, 150]

/** SQLite as we use it: who writes says so at once, nothing waits on the event loop, and migrations are atomic. */
export const storeDialect = (connection: Connection): Dialect => ({
  createAdapter: () => new StoreAdapter(),
  createDriver: () => new StoreDriver(connection),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

class StoreAdapter extends SqliteAdapter {
  // [sqlite] a schema is changed in a transaction like anything else. Kysely does without, for some ALTERs of others need that.
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

  /** There is one, for one at a time. */
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
   * [sqlite] a transaction that begins by reading and then finds that another one has written cannot go on, however long it
   * waits. This one has the lock when it begins, or fails at once and has touched nothing.
   */
  beginTransaction(): Promise<void> {
    return done(() => {
      try {
        this.#connection.exec('begin immediate')
      } catch (error) {
        if (!isError(error)) throw error
        // The one before it was neither committed nor rolled back.
        this.#connection.reopen()
        this.#connection.exec('begin immediate')
      }
      this.#shared.isInTransaction = true
    })
  }

  commitTransaction(): Promise<void> {
    return done(() => {
      this.#connection.exec('commit')
      this.#shared.isInTransaction = false
    })
  }

  rollbackTransaction(): Promise<void> {
    return done(() => {
      this.#shared.isInTransaction = false
      try {
        this.#connection.exec('rollback')
      } catch {
        // [sqlite] some errors have rolled back by themselves. Anything else is found when the next one begins.
      }
    })
  }

  destroy(): Promise<void> {
    return done(() => this.#connection.close())
  }
}

class SharedConnection implements DatabaseConnection {
  readonly #connection: Connection
  isInTransaction = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return done(() => this.#execute<R>(query)).catch((error: unknown) => {
      if (this.isInTransaction || failureOf(error) !== 'busy') throw error
      return this.#executePatiently<R>(query, error)
    })
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Nothing here is streamed')
  }

  async #executePatiently<R>(query: CompiledQuery, error: unknown): Promise<QueryResult<R>> {
    for (const pause of pausesOfReaders) {
      await setTimeout(pause)
      try {
        return this.#execute<R>(query)
      } catch (again) {
        if (failureOf(again) !== 'busy') throw again
      }
    }
    // See `Connection.exec`: a statement that was never carried out would hold its snapshot for ever.
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

/** What SQLite does at once, as a promise that fails where it throws. */
const done = <T>(act: () => T): Promise<T> => new Promise((resolve) => resolve(act()))
