import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { toTime } from '../core/clock.ts'
import { isGiven, readDatabaseConfig } from '../config.ts'
import { isPostgresUrl } from '../store/database.ts'
import { pathOf } from '../store/files.ts'
import { restoreFrom } from '../store/restore.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { existingPath } from './database.ts'

/** Replaces the database by a backup. `reconcile` then finds what happened since the backup. */
export async function restore(
  args: readonly string[],
  { env, clock, say }: CliContext,
): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  const [source, ...rest] = positionals
  if (source === undefined || rest.length > 0)
    throw new UsageError('restore takes the path of one backup.')
  const server = readDatabaseConfig(env)
  const path = isPostgresUrl(server.databaseUrl) ? existingPath(server) : pathOf(server.databaseUrl)
  if (path === null) throw new UsageError('DATABASE_URL does not name a file.')
  if (!isGiven(env, 'DATABASE_URL') && !existsSync(path))
    throw new UsageError(
      `DATABASE_URL is not set, and there is no ${resolve(path)}: name the database that the server uses.`,
    )
  const { before, hadLog, newestAt } = await restoreFrom(source, path, clock.now())
  say(`${resolve(path)} was ${before === null ? 'made from' : 'replaced by'} ${source}.`)
  if (before !== null) say(`The previous database is kept as ${before}.`)
  if (hadLog)
    say('Its log (-wal) was moved with it: beside the backup, it would have undone the restore.')
  if (newestAt !== null) {
    say(`Its last change was at ${toTime(newestAt)}. To find out what was paid since, run:`)
    say(`  netgiro-checkout reconcile --since ${toTime(newestAt - aDay).slice(0, 10)}`)
  }
  say(
    'Checkouts and attempts that were started after the backup are lost, as are the ids of requests that',
  )
  say(
    'were not answered yet, and the provider cannot list them: compare its statement with your orders',
  )
  say('for that time.')
  return 0
}

/** An attempt may have started long before the backup and be paid after it. */
const aDay = 24 * 60 * 60 * 1_000
