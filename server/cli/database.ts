import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config, Configuration } from '../config.ts'
import { CheckoutError } from '../core/errors.ts'
import type { CheckoutStore } from '../core/store.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { isPostgresUrl, openDatabase } from '../store/database.ts'
import type { Database } from '../store/database.ts'
import { UnusableDatabase, whyNotOpened } from '../store/failure.ts'
import { pathOf } from '../store/files.ts'
import { UsageError } from './command.ts'

/** The path of the server's database; commands never create one at a mistyped path. */
export function existingPath({ databaseUrl }: Pick<Config, 'databaseUrl'>): string {
  if (isPostgresUrl(databaseUrl))
    throw new UsageError(
      'This command is for SQLite files. Back PostgreSQL up with its own tools, such as pg_dump and pg_restore.',
    )
  const path = pathOf(databaseUrl)
  if (path === null) throw new UsageError('DATABASE_URL does not name a file.')
  if (!existsSync(path))
    throw new UsageError(
      `DATABASE_URL names ${resolve(path)}, which does not exist. A relative path begins at the folder where the command runs: run it where the server runs.`,
    )
  return path
}

/**
 * Does the work of a command on the server's database. Commands change no schema: a server of an earlier version that runs
 * beside them could not be started again.
 *
 * @throws UnusableDatabase, with a message for the operator
 */
export async function withExisting<T>(
  { databaseUrl }: Pick<Config, 'databaseUrl'>,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (!isPostgresUrl(databaseUrl)) existingPath({ databaseUrl })
  const database = await openDatabase(databaseUrl, { keepsSchema: true })
  try {
    return await work(database)
  } catch (error) {
    const isRefused = error instanceof CheckoutError && error.code === 'temporarily_unavailable'
    // A file that is damaged, say, is reported as what it is.
    const isExplained = whyNotOpened(error) !== null
    throw (isRefused || database.isAway(error)) && !isExplained
      ? new UnusableDatabase(away, { cause: error })
      : error
  } finally {
    await database.close()
  }
}

const away =
  'The database cannot be used at the moment: another program holds its lock, its disk is full, or it cannot be reached. What the command has recorded stays: run it again.'

/** The checkouts of a merchant. Events of one that is not configured any more are stored, and not sent. */
export function storeOf(
  database: Database,
  { merchants }: Configuration,
  merchantId: string,
): CheckoutStore {
  const config = merchants.find((merchant) => merchant.merchantId === merchantId)
  return checkoutStore(database, { sendsWebhooks: config?.webhook != null, merchantId })
}
