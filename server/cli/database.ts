import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config, Configuration } from '../config.ts'
import type { CheckoutStore } from '../core/store.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { isPostgresUrl, openDatabase } from '../store/database.ts'
import type { Database } from '../store/database.ts'
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

/** Commands change no schema: a server of an earlier version that runs beside them could not be started again. */
export async function openExisting(config: Pick<Config, 'databaseUrl'>): Promise<Database> {
  if (!isPostgresUrl(config.databaseUrl)) existingPath(config)
  return openDatabase(config.databaseUrl, { keepsSchema: true })
}

/** The checkouts of a merchant. Events of one that is not configured any more are stored, and not sent. */
export function storeOf(
  database: Database,
  { merchants }: Configuration,
  merchantId: string,
): CheckoutStore {
  const config = merchants.find((merchant) => merchant.merchantId === merchantId)
  return checkoutStore(database, { sendsWebhooks: config?.webhook != null, merchantId })
}
