import { parseArgs } from 'node:util'
import { readConfiguration } from '../config.ts'
import { merchantDirectory } from '../store/merchant-directory.ts'
import { outboxStore } from '../store/outbox-store.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'
import { withExisting } from './database.ts'

/** Queues an event again, under its id: the running server sends it, or the next one to start. */
export async function resend(
  args: readonly string[],
  { env, clock, say }: CliContext,
): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  const [id, ...rest] = positionals
  if (id === undefined || rest.length > 0) throw new UsageError('resend takes one event id.')
  const { server, merchants } = readConfiguration(env)
  return withExisting(server, async (database) => {
    const owner = await merchantDirectory(database).ofEvent(id)
    const outbox = outboxStore(database, owner ?? undefined)
    const event = await outbox.find(id)
    if (!event) {
      say('Event not found. Events are kept for 30 days after their delivery.')
      return 1
    }
    await outbox.resend(id, clock.now())
    say(
      `${event.type} ${id} will be sent again by the running server, or by the next one to start.`,
    )
    const merchant = merchants.find(({ merchantId }) => merchantId === owner)
    if (!merchant?.webhook) say('WEBHOOK_URL is not set: nothing is sent until it is.')
    return 0
  })
}
