import { CompiledQuery, PostgresDialect, Transaction } from 'kysely'
import type { Kysely } from 'kysely'
import { allSettled } from '../side-by-side.ts'
import type { Tables } from '../schema.ts'

// What is counted behind a lock is what the one that held it before has written; an operator may set another default.
const begin = CompiledQuery.raw('start transaction isolation level read committed')
const commit = CompiledQuery.raw('commit')
const rollback = CompiledQuery.raw('rollback')

/** A transaction asks for them, and uses neither. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('It is connected')) })
const unused = { config: { dialect }, dialect, driver: dialect.createDriver() }

/**
 * A transaction whose statements are sent as they come: those that are asked for together take one round trip. Kysely's own sends
 * each when the one before it is answered.
 *
 * @param first - is sent with the begin, and must do no harm where that fails
 * @param work - when it ends, however it ends, it has nothing more to ask
 */
export const pipelined = <First, T>(
  db: Kysely<Tables>,
  first: (trx: Transaction<Tables>) => Promise<First>,
  work: (trx: Transaction<Tables>, first: First) => Promise<T>,
): Promise<T> =>
  db.getExecutor().provideConnection(async (connection) => {
    let cause: { readonly error: unknown } | undefined
    const executor = db.getExecutor().withConnectionProvider({
      provideConnection: (consumer) =>
        consumer(connection).catch((error: unknown) => {
          // [postgresql] after an error, "current transaction is aborted" is all that the other statements are told.
          cause ??= { error }
          throw cause.error
        }),
    })
    const trx = new Transaction<Tables>({ ...unused, executor })
    try {
      const [, found] = await allSettled([connection.executeQuery(begin), first(trx)])
      const result = await work(trx, found)
      await connection.executeQuery(commit)
      return result
    } catch (error) {
      // On a connection that is lost, this fails too, and the transaction ends by itself.
      await connection.executeQuery(rollback).catch(() => {})
      throw error
    }
  })
