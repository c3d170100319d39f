import { createRequire } from 'node:module'
import { driverModule } from '../../server/store/sqlite.ts'

interface SecondConnection {
  exec(sql: string): void
  prepare(sql: string): {
    get(...parameters: unknown[]): unknown
    all(...parameters: unknown[]): unknown[]
  }
  close(): void
}

type Driver = new (path: string) => SecondConnection

/**
 * A further connection to a database that a server of this process has open, by the server's own driver. [sqlite] "How To
 * Corrupt", 2.2.1: two copies of SQLite in one process undo each other's locks, for one's `close` drops those of both.
 */
export function openSecondConnection(path: string): SecondConnection {
  const driver = createRequire(import.meta.url)(driverModule) as { DatabaseSync: Driver } | Driver
  return 'DatabaseSync' in driver ? new driver.DatabaseSync(path) : new driver(path)
}
