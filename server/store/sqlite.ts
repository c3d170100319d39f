import { createRequire, isBuiltin } from 'node:module'
import type { SqliteDatabase } from 'kysely'

interface Statement {
  all(...parameters: unknown[]): unknown[]
  run(...parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
}
interface Connection {
  exec(sql: string): void
  close(): void
  prepare(sql: string): Statement
}

const require = createRequire(import.meta.url)

/** What `require` finds the driver by, from wherever it is called. Only a look: to load it makes some Nodes print a warning. */
export const driverModule = isBuiltin('node:sqlite') ? 'node:sqlite' : require.resolve('libsql')

/** Pages, thus 32 MB: where `Checkpoints` cannot keep up, the commit that reaches it does the rest itself, as ever. */
const longestLog = 8_000

/**
 * Opens a SQLite file with the driver that this Node brings (`node:sqlite`), or with `libsql` where it brings none
 * (Node 20). Neither needs a compiler or an install script.
 */
export function openSqlite(path: string): SqliteDatabase {
  const connection = connect(path)
  // An acknowledged write survives power loss: in WAL mode only FULL syncs at every commit.
  connection.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; pragma foreign_keys = off',
  )
  connection.exec(`pragma wal_autocheckpoint = ${longestLog}`)
  // What is forgotten of a person is overwritten: without this its bytes stay in the file until others need the space.
  connection.exec('pragma secure_delete = on')
  // Kysely binds every value, so the number of different statements is small and fixed.
  const statements = new Map<string, ReturnType<SqliteDatabase['prepare']>>()
  return {
    close: () => connection.close(),
    prepare(sql) {
      const known = statements.get(sql)
      if (known) return known
      const statement = adapt(connection.prepare(sql), sql)
      statements.set(sql, statement)
      return statement
    },
  }
}

function connect(path: string): Connection {
  type Constructor = new (path: string) => Connection
  const driver = require(driverModule) as { readonly DatabaseSync: Constructor } | Constructor
  return 'DatabaseSync' in driver ? new driver.DatabaseSync(path) : new driver(path)
}

/** Kysely asks for better-sqlite3's shape: one array of parameters, and to be told whether rows come back. */
function adapt(statement: Statement, sql: string) {
  const reader = /^\s*(?:select|with|pragma)\b/i.test(sql) || /\breturning\b/i.test(sql)
  return {
    reader,
    all: (parameters: readonly unknown[]) => statement.all(...parameters),
    run: (parameters: readonly unknown[]) => statement.run(...parameters),
    *iterate(parameters: readonly unknown[]) {
      yield* statement.all(...parameters) as IterableIterator<unknown> & unknown[]
    },
  }
}
