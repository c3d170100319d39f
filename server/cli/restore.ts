import { parseArgs } from 'node:util'
import { toTime } from '../core/clock.ts'
import { readConfig } from '../config.ts'
import { pathOf } from '../store/files.ts'
import { restoreFrom } from '../store/restore.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'

/** Puts a backup in the place of the database. What happened since it was made is then for `reconcile` to find. */
export async function restore(
  args: readonly string[],
  { env, clock, say }: CliContext,
): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  const [source, ...more] = positionals
  if (source === undefined || more.length > 0)
    throw new UsageError('restore takes the name of one backup.')
  const path = pathOf(readConfig(env).databaseUrl)
  if (path === null) throw new UsageError('DATABASE_URL names no file.')
  const { before, hadLog, newestAt } = await restoreFrom(source, path, clock.now())
  say(`${source} is now the database ${path}.`)
  if (before !== null) say(`The one before is kept as ${before}.`)
  if (hadLog)
    say('Its log (-wal) went with it: beside the backup it would have undone the restore.')
  if (newestAt !== null) {
    say(`The last change in it was made at ${toTime(newestAt)}. To learn what was paid since, run:`)
    say(`  netgiro-checkout reconcile --since ${toTime(newestAt - aDay).slice(0, 10)}`)
  }
  say(
    'Checkouts and attempts that were begun after the backup are not in it: the provider cannot name',
  )
  say('them to us, so compare its statement with your orders for that time.')
  return 0
}

/** An attempt may have begun long before the backup and be paid after it. */
const aDay = 24 * 60 * 60 * 1_000
