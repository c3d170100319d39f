import { setTimeout } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { DatabaseError, Pool, types } from 'pg'
import { UnusableDatabase } from '../failure.ts'
import type { Tables } from '../schema.ts'
import { withDeadline } from './deadline.ts'
import { postgresFailureOf } from './failure.ts'

/** Four write at most (see `PostgresDatabase`); the others read. */
const maxConnections = 10
/** Longer than any statement takes, and shorter than a shopper waits. */
const statementTimeoutMs = 15_000
/** For the answer of the database that a statement took too long. */
const answerMs = 1_000
/** A server that stands still in a transaction must not keep its partitions for longer than its leases. */
const idleInTransactionTimeoutMs = 5_000
const connectTimeoutMs = 5_000

/** [postgresql] the types of `bigint` and `numeric`, which `pg` returns as text. Ours are whole numbers below 2^53. */
const wholeNumbers: ReadonlySet<number> = new Set([20, 1700])

type Oid = Parameters<typeof types.getTypeParser>[0]

const getTypeParser = ((oid: Oid, format?: 'text') =>
  wholeNumbers.has(oid)
    ? Number
    : (types.getTypeParser(oid, format) as unknown)) as typeof types.getTypeParser

export interface PostgresConnection {
  readonly db: Kysely<Tables>
  readonly pool: Pool
}

interface PoolOptions {
  readonly max?: number
  /** For each statement. */
  readonly timeoutMs?: number
  /** Whether a connection leads to one session of the database. Default: false, because a pooler of transactions may lie between. */
  readonly keepsStatements?: boolean
}

/** Opens a pool of connections. Nothing is connected until it is used. */
export function connectPostgres(
  url: string,
  {
    max = maxConnections,
    timeoutMs = statementTimeoutMs,
    keepsStatements = false,
  }: PoolOptions = {},
): PostgresConnection {
  const pool = new Pool({
    connectionString: url,
    max,
    // Within a transaction; see `pipelined`.
    pipeline: true,
    application_name: 'netgiro-checkout',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: timeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 2_000,
    types: { getTypeParser },
  })
  // A connection that is lost is an event of the pool while nobody uses it, and of the client otherwise; without a listener
  // it would end the process. The query that needs the connection fails by itself.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const patient = withDeadline(pool, timeoutMs + answerMs, keepsStatements)
  return { pool, db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: patient }) }) }
}

/** The database's name and host for messages: never the user, the password or other parts of the URL. */
export function nameOf(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url)
    return `${pathname.slice(1)} on ${searchParams.get('host') ?? (host || 'the local socket')}`
  } catch {
    return 'of DATABASE_URL'
  }
}

/** While the database is being started, in milliseconds: about ten seconds in total. */
const retryDelays = [100, 200, 500, 1_000, 2_000, 3_000, 3_000]

/**
 * Waits until the database can be used.
 *
 * @throws UnusableDatabase if it cannot be reached, does not let us in, or cannot be written to
 */
export async function assertUsable({ db }: PostgresConnection, url: string): Promise<void> {
  for (const delay of [...retryDelays, null]) {
    try {
      await assertWritable(db, url)
      return
    } catch (error) {
      if (error instanceof UnusableDatabase) throw error
      const reason = whyNotUsable(error)
      if (reason !== null) throw new UnusableDatabase(`The database ${nameOf(url)} ${reason}.`)
      if (delay === null)
        throw new UnusableDatabase(`The database ${nameOf(url)} ${whyAway(error)}.`)
      await setTimeout(delay)
    }
  }
}

/** [postgresql] SQL_ASCII keeps the bytes as they come, and ours are UTF-8. */
const keepsAnyText: ReadonlySet<string> = new Set(['UTF8', 'SQL_ASCII'])

async function assertWritable(db: Kysely<Tables>, url: string): Promise<void> {
  const { rows } = await sql<{
    read_only: string
    schema: string | null
    create: boolean
    encoding: string
    idle_ms: number
  }>`
    select current_setting('transaction_read_only') as read_only, current_schema() as schema,
      has_schema_privilege(current_schema(), 'create') as create,
      current_setting('server_encoding') as encoding,
      (select setting::int from pg_settings where name = 'idle_in_transaction_session_timeout')
        as idle_ms`.execute(db)
  const [row] = rows
  if (row?.read_only === 'on')
    throw new UnusableDatabase(
      `The database ${nameOf(url)} is read-only: DATABASE_URL must name the primary, not a replica.`,
    )
  if (!row?.schema || !row.create)
    throw new UnusableDatabase(
      `The database ${nameOf(url)} gives this user no right to create tables: grant CREATE on its schema.`,
    )
  if (!keepsAnyText.has(row.encoding))
    throw new UnusableDatabase(
      `The database ${nameOf(url)} has the encoding ${row.encoding}, in which not every text can be kept: create it with encoding 'UTF8'.`,
    )
  if (row.idle_ms === 0 || row.idle_ms > idleInTransactionTimeoutMs)
    throw new UnusableDatabase(`The database ${nameOf(url)} ${dropsSettings}.`)
}

/** Worded to follow the name. */
const dropsSettings = `lies behind a pooler that drops our settings: use its direct URL, or set idle_in_transaction_session_timeout = '${idleInTransactionTimeoutMs / 1_000}s' for this user in the database`

const reasons: Readonly<Record<string, string>> = {
  '28P01': 'refuses the password of this user',
  '28000': 'does not let this user in: see pg_hba.conf, and whether it asks for TLS',
  '3D000': 'does not exist: create it first',
  '42501':
    'does not give this user the rights it needs: make it the owner of the tables in its schema',
  '53100': 'has no room left on its disk',
  '42704': 'does not know what the options in DATABASE_URL set',
  '22023': 'refuses what the options in DATABASE_URL set',
  '08P01':
    'lies behind a pooler that refuses our settings: use its direct URL, or see ignore_startup_parameters',
}

/** After waiting in vain. [postgresql] 53300: too_many_connections. */
function whyAway(error: unknown): string {
  if (!(error instanceof DatabaseError)) return 'cannot be reached'
  return error.code === '53300'
    ? 'has no connection left for this user: see max_connections, and the limits of the user and the database'
    : `cannot be used at the moment: it reports ${error.code ?? 'an error'}`
}

/** What the database says is wrong, as a sentence for the operator; any other error is returned as it is. */
export function explainPostgres(error: unknown, url: string): unknown {
  if (error instanceof UnusableDatabase || postgresFailureOf(error) !== 'storage') return error
  const why = error instanceof DatabaseError ? whyNotUsable(error) : null
  return new UnusableDatabase(`The database ${nameOf(url)} ${why ?? whyAway(error)}.`, {
    cause: error,
  })
}

/** Worded to follow the name; null if waiting may help. No message of the driver is quoted: it may name the user. */
function whyNotUsable(error: unknown): string | null {
  const why = knownReason(error)
  if (why !== null || postgresFailureOf(error) === 'storage') return why
  // The driver's own word, about what it was given.
  return error instanceof DatabaseError
    ? `cannot be used: it reports ${error.code ?? 'an error'}`
    : 'cannot be connected to with the parameters that DATABASE_URL has'
}

function knownReason(error: unknown): string | null {
  if (error instanceof DatabaseError) return reasons[error.code ?? ''] ?? null
  if (!(error instanceof Error)) return null
  if (/does not support SSL/i.test(error.message)) return 'offers no TLS: leave out sslmode'
  if (/password must be a string|no password/i.test(error.message)) return 'asks for a password'
  const code = 'code' in error ? String(error.code) : ''
  if ('syscall' in error && error.syscall === 'connect' && code === 'ENOENT')
    return 'cannot be reached: there is no such socket'
  if (code === 'ENOENT' || code === 'EACCES')
    return 'needs a file that cannot be read: see sslrootcert, sslcert and sslkey'
  if (code === 'ENOTFOUND') return 'cannot be found: see the host in DATABASE_URL'
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(code))
    return 'has a certificate that is not trusted: see sslmode and sslrootcert'
  return null
}
