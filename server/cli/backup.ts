import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { backUp } from '../store/backup.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { existingPath } from './database.ts'

/** A copy of the database at this moment, beside a running server or without one. */
export function backup(args: readonly string[], { env, say }: CliContext): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  const [target, ...more] = positionals
  if (target === undefined || more.length > 0)
    throw new UsageError('backup takes the name of one new file.')
  backUp(existingPath(readConfig(env)), target)
  say(`The database is copied to ${target}, and the copy was read through.`)
  say('It holds what the database holds: keep it where only you can read it.')
  return Promise.resolve(0)
}
