import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { Database } from '../store/database.ts'
import { pathOf } from '../store/files.ts'
import { UsageError } from './command.ts'

/** The path of the server's database; a command never makes a new one out of a mistyped path. */
export function existingPath({ databaseUrl }: Config): string {
  const path = pathOf(databaseUrl)
  if (path === null || !existsSync(path))
    throw new UsageError('DATABASE_URL names a file that is not there.')
  return path
}

export async function openExisting(config: Config): Promise<Database> {
  existingPath(config)
  return Database.open(config.databaseUrl)
}
