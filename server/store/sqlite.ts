import { createRequire, isBuiltin } from 'node:module'

interface Statement {
  all(...parameters: unknown[]): unknown[]
  run(...parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
}
interface Driver {
  exec(sql: string): void
  close(): void
  prepare(sql: string): Statement
}

const require = createRequire(import.meta.url)

/** The driver's name for `require`, from any place. It is not loaded here, because some Node versions print a warning then. */
export const driverModule = isBuiltin('node:sqlite') ? 'node:sqlite' : require.resolve('libsql')

/** In pages, which makes 32 MB. If `Checkpoints` cannot keep up, the commit that reaches this runs the checkpoint itself. */
const maxLogPages = 8_000

export interface QueryResult {
  readonly rows: unknown[]
  readonly changes?: number | bigint
  readonly lastInsertRowid?: number | bigint
}

/** One connection to a SQLite file. It never waits for a lock: the caller does, off the event loop. */
export interface Connection {
  /**
   * For statements that may meet a lock, and for those that begin or end a transaction: when a prepared statement fails with
   * SQLITE_BUSY, `libsql` does not reset it, and it holds its snapshot as long as it lives.
   */
  exec(sql: string): void
  query(sql: string, parameters: readonly unknown[]): QueryResult
  /** Replaces the connection by a new one, discarding the state it was left in. */
  reopen(): void
  close(): void
}

/**
 * Opens a SQLite file with Node's own driver (`node:sqlite`), or with `libsql` on Node 20, which has none. Neither needs a
 * compiler or an install script.
 */
export function openSqlite(path: string): Connection {
  let driver = connect(path)
  // Kysely binds every value, so the number of different statements is small and fixed.
  let statements = new Map<string, Statement>()

  const prepared = (sql: string): Statement => {
    const known = statements.get(sql)
    if (known) return known
    const statement = driver.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  return {
    exec: (sql) => driver.exec(sql),
    query(sql, parameters) {
      const statement = prepared(sql)
      if (isReader(sql)) return { rows: statement.all(...parameters) }
      return { rows: [], ...statement.run(...parameters) }
    },
    reopen() {
      if (path === ':memory:') return
      // Connect first: if no file descriptor is left, the old connection still works.
      const next = connect(path)
      const previous = driver
      driver = next
      statements = new Map()
      try {
        // `libsql` closes a connection only when its last statement is garbage collected; until then it keeps its locks.
        previous.exec('rollback')
      } catch {
        // There was nothing to roll back.
      }
      previous.close()
    },
    close: () => driver.close(),
  }
}

/** A connection of the driver, without our settings. */
export function connectRaw(path: string): Driver {
  type Constructor = new (path: string) => Driver
  const driver = require(driverModule) as { readonly DatabaseSync: Constructor } | Constructor
  return 'DatabaseSync' in driver ? new driver.DatabaseSync(path) : new driver(path)
}

function connect(path: string): Driver {
  const driver = connectRaw(path)
  try {
    driver.exec('pragma busy_timeout = 0')
    // An acknowledged write survives power loss: in WAL mode only FULL syncs at every commit.
    driver.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
    driver.exec(`pragma wal_autocheckpoint = ${maxLogPages}`)
    // Deleted personal data is overwritten; otherwise its bytes stay in the file until the space is reused.
    driver.exec('pragma secure_delete = on')
    return driver
  } catch (error) {
    driver.close()
    throw error
  }
}

const isReader = (sql: string) =>
  /^\s*(?:select|with|pragma)\b/i.test(sql) || /\breturning\b/i.test(sql)
