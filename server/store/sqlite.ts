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

/** What `require` finds the driver by, from wherever it is called. Only a look: to load it makes some Nodes print a warning. */
export const driverModule = isBuiltin('node:sqlite') ? 'node:sqlite' : require.resolve('libsql')

/** Pages, thus 32 MB: where `Checkpoints` cannot keep up, the commit that reaches it does the rest itself, as ever. */
const maxLogPages = 8_000

export interface Answer {
  readonly rows: unknown[]
  readonly changes?: number | bigint
  readonly lastInsertRowid?: number | bigint
}

/** One connection to a SQLite file. It never waits for a lock: the caller does, off the event loop. */
export interface Connection {
  /**
   * For whatever may meet a lock, and for everything that begins or ends a transaction. A statement that is prepared once
   * and kept is not reset by `libsql` when it fails with SQLITE_BUSY: it then holds the snapshot for as long as it lives.
   */
  exec(sql: string): void
  query(sql: string, parameters: readonly unknown[]): Answer
  /** A new connection takes the place of the present one, with whatever state that was left in. */
  reopen(): void
  close(): void
}

/**
 * Opens a SQLite file with the driver that this Node brings (`node:sqlite`), or with `libsql` where it brings none
 * (Node 20). Neither needs a compiler or an install script.
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
      // First the new one: where there is no descriptor left for it, the old one is still there.
      const next = connect(path)
      const before = driver
      driver = next
      statements = new Map()
      try {
        // `libsql` closes a connection only when its last statement is collected, and until then it keeps its locks.
        before.exec('rollback')
      } catch {
        // There was nothing to roll back.
      }
      before.close()
    },
    close: () => driver.close(),
  }
}

/** The driver's own connection, without any setting of ours. */
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
    // What is forgotten of a person is overwritten: without this its bytes stay in the file until others need the space.
    driver.exec('pragma secure_delete = on')
    return driver
  } catch (error) {
    driver.close()
    throw error
  }
}

const isReader = (sql: string) =>
  /^\s*(?:select|with|pragma)\b/i.test(sql) || /\breturning\b/i.test(sql)
