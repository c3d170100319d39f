import type { ServerConfig } from '../../config.ts'
import { inspectReplicas, isPostgresUrl } from '../../store/database.ts'
import { fail, info, pass } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

/** Lifetimes and approval timeouts go by the servers' clocks. */
const maxClockErrorMs = 5_000

/** Checks what several servers on one PostgreSQL database need of it and of each other. */
export async function checkReplicas({
  databaseUrl,
  databaseListenUrl,
}: Pick<ServerConfig, 'databaseUrl' | 'databaseListenUrl'>): Promise<readonly CheckResult[]> {
  if (!isPostgresUrl(databaseUrl)) return []
  const { listReplicas, listRisks, tryNotifications } = await inspectReplicas()
  let list
  let risks
  try {
    list = await listReplicas(databaseUrl)
    risks = (await listRisks(databaseUrl)).map((risk) =>
      fail(`In the database, ${risk}`, 'Switch it on, for the role or the server.'),
    )
  } catch {
    // The driver's message may name the user.
    return [fail('The database cannot be read', 'Start the server: it says what is wrong.')]
  }
  const heard = await tryNotifications(databaseUrl, databaseListenUrl ?? databaseUrl).then(
    () => pass('The database passes notifications on'),
    (error: unknown) =>
      fail(
        'The database passes no notifications on',
        error instanceof Error ? error.message : 'See DATABASE_LISTEN_URL.',
      ),
  )
  if (!list || list.servers.length === 0)
    return [heard, ...risks, info('No server runs on the database')]
  const shares = list.servers.map(({ partitions }) => partitions).join(' + ')
  const share = `Servers on the database: ${list.servers.length}, with ${shares} partitions`
  const clocks = list.servers
    .filter(({ clockAheadMs }) => Math.abs(clockAheadMs) > maxClockErrorMs)
    .map(({ clockAheadMs }) =>
      fail(
        `The clock of a server is ${Math.abs(clockAheadMs) / 1_000} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} the database's`,
        'Keep the clocks of all servers and of the database in sync (NTP).',
      ),
    )
  const unowned = list.unowned > 0 ? [info(`${list.unowned} partitions wait for an owner`)] : []
  return [heard, ...risks, pass(share), ...unowned, ...clocks]
}
