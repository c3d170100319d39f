import type { OutboxStore } from '../core/store.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../log.ts'

const day = 24 * 60 * 60 * 1_000

/** By then every event has been delivered or abandoned, if there was a webhook. */
const maxScheduleMs = 8 * day

interface SkipDeps {
  readonly outbox: OutboxStore
  readonly clock: Clock
  readonly log: Log
  readonly hasWebhook: boolean
}

/**
 * At start: events from before there was a webhook are not sent, because the shop has handled them some other way by now. They
 * stay in the list of events as long as any other. While there is no webhook, the store does not schedule events in the first
 * place; this finds those of earlier versions.
 */
export async function skipOldEvents({ outbox, clock, log, hasWebhook }: SkipDeps): Promise<void> {
  if (!hasWebhook) {
    await outbox.skipLegacy(clock.now() - maxScheduleMs)
    return
  }
  // If no event was ever tried, there was no webhook. A recent event may have missed its first attempt by a crash.
  if (!(await outbox.hasTried())) await outbox.skipLegacy(clock.now() - day)
  const count = await outbox.countSkipped()
  if (count === 0) return
  log.warn(
    { count },
    'events from before WEBHOOK_URL was set are not posted: read them at GET /v1/events, or send one with the command resend',
  )
}
