import { DatabaseError } from 'pg'
import type { Failure } from '../failure.ts'

/**
 * [postgresql] appendix A, by class: connection, resources, limits, intervention by an operator, system error; and what an
 * operator can change while servers run: the login (28), the database (3D), the schema (3F), the database or how long a lock is
 * waited for (55), or damage (XX).
 */
const storageClasses = new Set(['08', '53', '54', '57', '58', '28', '3D', '3F', '55', 'XX'])
/** A transaction that another one made impossible. */
const busyCodes = new Set(['40001', '40P01'])
/** Every insert looks for its key first, so that only a transaction that began before the other one ended meets it. */
const uniqueViolation = '23505'
/**
 * A statement that took too long, a standby that cannot be written to, and what an operator has changed and can undo: a right, a
 * table, a column, a trigger that refuses. The code and its schema fit each other, or the server would not have started.
 */
const storageCodes = new Set([
  ...['25006', '25P03', '25P04'],
  ...['42501', '42P01', '42703', 'P0001'],
])

/** Why a statement failed on PostgreSQL. Anything that is not the server's own word is a lost connection. */
export function postgresFailureOf(error: unknown): Failure {
  if (error instanceof DatabaseError) {
    const code = error.code ?? ''
    if (busyCodes.has(code)) return 'busy'
    if (code === uniqueViolation) return 'conflict'
    return storageClasses.has(code.slice(0, 2)) || storageCodes.has(code) ? 'storage' : 'refused'
  }
  return isConnectionError(error) ? 'storage' : 'refused'
}

const networkCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ECONNABORTED'],
])

/** `pg` has no codes for its own errors about connections. */
const connectionMessages =
  /^Connection terminated|timeout exceeded when trying to connect|connection timeout|connection error and is not queryable|Client was closed/i

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // Node tries every address of a name.
  if (error instanceof AggregateError) return error.errors.every(isConnectionError)
  if ('code' in error && networkCodes.has(String(error.code))) return true
  return connectionMessages.test(error.message)
}
