import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../server/store/database.ts'
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

let template: Promise<string> | undefined

/** The URL of a database at the newest schema that holds nothing. As for SQLite, the migrations run once in each process. */
export async function newMigratedPostgres(): Promise<string> {
  const postgres = await sharedPostgres()
  template ??= postgres.newDatabase().then(async (url) => {
    await (await openDatabase(url)).close()
    return new URL(url).pathname.slice(1)
  })
  return postgres.newDatabase(await template)
}

/** Each kind of database, and the URL of a new one that holds nothing; that of SQLite is yet to be made. */
export const databases = [
  {
    name: 'SQLite',
    newUrl: () =>
      Promise.resolve(`file:${join(mkdtempSync(join(tmpdir(), 'store-')), 'deep', 'checkout.db')}`),
  },
  { name: 'PostgreSQL', newUrl: newMigratedPostgres },
] as const
