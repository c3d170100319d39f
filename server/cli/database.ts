import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { Database } from '../store/database.ts'
import { UsageError } from './command.ts'

/** The server's database; a command never makes a new one out of a mistyped path. */
export function openExisting({ databaseUrl }: Config): Promise<Database> {
  if (!existsSync(databaseUrl.replace(/^file:/, '')))
    throw new UsageError('DATABASE_URL names a file that is not there.')
  return Database.open(databaseUrl)
}
