import type {
  PostgresCursor,
  PostgresPool,
  PostgresPoolClient,
  PostgresQueryResult as Result,
} from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { postgresFailureOf } from './failure.ts'
import { nameOf } from './statement-name.ts'

/**
 * The pool, with a deadline for every query, after which its connection is closed. The database ends what takes too long by
 * itself; but a connection whose other side is gone without a word stays silent for a quarter of an hour. One on which something
 * else than the statement was wrong is not used again.
 *
 * @param ms - longer than the database takes to end the query
 * @param keepsStatements - whether a connection leads to one session of the database, which keeps what is prepared in it
 */
export const withDeadline = (pool: Pool, ms: number, keepsStatements: boolean): PostgresPool => ({
  connect: async () => new ClientWithDeadline(await pool.connect(), ms, keepsStatements),
  end: () => pool.end(),
})

/** [postgresql] a text contains no NUL: one that a search contains finds nothing, and one from outside is not kept. */
const asStored = (parameter: unknown): unknown =>
  typeof parameter === 'string' ? parameter.replaceAll('\0', '\ufffd') : parameter

class ClientWithDeadline implements PostgresPoolClient {
  readonly #client: PoolClient
  readonly #ms: number
  readonly #keepsStatements: boolean
  #isDoubtful = false

  constructor(client: PoolClient, ms: number, keepsStatements: boolean) {
    this.#client = client
    this.#ms = ms
    this.#keepsStatements = keepsStatements
  }

  query<R>(statement: string, parameters: readonly unknown[]): Promise<Result<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(statement: string | PostgresCursor<R>, parameters: readonly unknown[] = []) {
    if (typeof statement !== 'string') throw new Error('There are no cursors')
    return this.#query(statement, parameters) as Promise<Result<R>> | PostgresCursor<R>
  }

  release(): void {
    this.#client.release(this.#isDoubtful)
  }

  async #query(text: string, parameters: readonly unknown[]): Promise<unknown> {
    const name = this.#keepsStatements ? nameOf(text) : undefined
    const values = parameters.map(asStored)
    // The query, and all that were sent after it, fail like any other on a lost connection. `end` would wait for them.
    const timer = setTimeout(() => this.#client.connection.stream.destroy(), this.#ms)
    try {
      return await this.#client.query({ text, values, ...(name !== undefined && { name }) })
    } catch (error) {
      // What was wrong may belong to the connection: whether it may write, and which schema it sees, count from its begin.
      this.#isDoubtful ||= postgresFailureOf(error) === 'storage'
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}
