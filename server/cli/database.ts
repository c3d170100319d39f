import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { Database } from '../store/database.ts'
import { pathOf } from '../store/files.ts'
import { UsageError } from './command.ts'

/** The path of the server's database; commands never create one at a mistyped path. */
export function existingPath({ databaseUrl }: Config): string {
  const path = pathOf(databaseUrl)
  if (path === null || !existsSync(path))
    throw new UsageError('DATABASE_URL names a file that does not exist.')
  return path
}

export async function openExisting(config: Config): Promise<Database> {
  existingPath(config)
  return Database.open(config.databaseUrl)
}
