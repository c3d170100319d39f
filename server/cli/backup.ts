import { parseArgs } from 'node:util'
import { readDatabaseConfig } from '../config.ts'
import { backUp } from '../store/backup.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { existingPath } from './database.ts'

/** Copies the database, whether or not a server is running. */
export function backup(args: readonly string[], { env, say }: CliContext): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  const [target, ...rest] = positionals
  if (target === undefined || rest.length > 0)
    throw new UsageError('backup takes the path of one new file.')
  const path = existingPath(readDatabaseConfig(env))
  backUp(path, target)
  say(`The database ${path} was copied to ${target}, and the copy was verified.`)
  say('The copy is as confidential as the database: keep it where only you can read it.')
  return Promise.resolve(0)
}
