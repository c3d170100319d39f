import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TestPostgres } from './postgres/postgres.ts'

let postgres: Promise<TestPostgres> | undefined

/** One server for all tests of a process; it ends with the process. */
export function sharedPostgres(): Promise<TestPostgres> {
  postgres ??= TestPostgres.start().then((started) => {
    process.once('exit', () => started.stopNow())
    return started
  })
  return postgres
}

/** Each kind of database, and the URL of a new, empty one. */
export const databases = [
  {
    name: 'SQLite',
    newUrl: () =>
      Promise.resolve(`file:${join(mkdtempSync(join(tmpdir(), 'store-')), 'deep', 'checkout.db')}`),
  },
  { name: 'PostgreSQL', newUrl: async () => (await sharedPostgres()).newDatabase() },
] as const
