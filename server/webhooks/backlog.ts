import type { OutboxStore } from '../core/store.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../log.ts'

const day = 24 * 60 * 60 * 1_000

/** By then every event was told or given up, had there been anybody to tell. */
const maxScheduleMs = 8 * day

interface BacklogDeps {
  readonly outbox: OutboxStore
  readonly clock: Clock
  readonly log: Log
  /** Whether there is a webhook. */
  readonly isTold: boolean
}

/**
 * At start: what happened before anybody was to be told is not posted to a shop that has long dealt with it otherwise.
 * It stays in the list of events for as long as any other. Events that are stored while nobody is told are set aside from the
 * beginning (see the store); those of earlier versions are found here.
 */
export async function settleBacklog({ outbox, clock, log, isTold }: BacklogDeps): Promise<void> {
  if (!isTold) {
    await outbox.setAside(clock.now() - maxScheduleMs)
    return
  }
  // Where nothing was ever tried, there was no webhook. What is young may have been cut off by a crash before its first try.
  if (!(await outbox.hasTried())) await outbox.setAside(clock.now() - day)
  const count = await outbox.countAside()
  if (count === 0) return
  log.warn(
    { count },
    'events from before WEBHOOK_URL was set are not posted: read them at GET /v1/events, or send one with the command resend',
  )
}
