import { readSnapshot, type Snapshot } from '../server/protocol/index.ts'
import type { CheckoutClient, Refusal } from './checkout-client.ts'
import { readEvents } from './event-reader.ts'
import { deadline, sleep, type Platform } from './platform.ts'

export interface FollowOptions {
  readonly client: CheckoutClient
  readonly platform: Platform
  /** Aborts when the session changes, the status becomes final or the element is removed. */
  readonly signal: AbortSignal
  readonly onSnapshot: (snapshot: Snapshot) => void
  /** Whether a payer is being waited for, who expects to see the outcome at once. */
  readonly isUrgent: () => boolean
  /** The last known snapshot may be stale until the next one arrives. */
  readonly onStale: () => void
  /** Following has ended, because the session does not exist. */
  readonly onUnknownSession: () => void
}

const firstEventTimeoutMs = 5_000
/** A little more than two of the backend's heartbeats, which come every 15 seconds. */
const idleTimeoutMs = 35_000
const streamAttemptsBeforePolling = 3
const pollsPerStreamAttempt = 4
/** Without contact: an approval window is short, so few elements ever retry this often. */
const urgentRetryMs = 1_500

/**
 * Keeps the snapshot up to date until the signal aborts: reads it once, then follows the event stream and reconnects as
 * needed. Falls back to polling where streams do not get through, and while the page is hidden, because a hidden tab
 * must not hold one of the browser's six connections to the backend.
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { client, platform, signal, onSnapshot } = options
  const isAborted = (): boolean => signal.aborted
  /** The last `id:` and `retry:` of the stream; the latter in milliseconds. */
  let lastEventId = ''
  let retry = 1_000
  /** Consecutive rounds in which the stream delivered no event. */
  let failures = 0

  /** Reads one connection to its end or until it stalls. Resets `failures` once the stream has proved to work. */
  const readStream = async (): Promise<void> => {
    // A proxy or a virus scanner may hold the stream open and buffer it; bytes that complete no event are no better.
    const connection = deadline(platform, firstEventTimeoutMs, signal)
    try {
      await readEvents(await client.events(connection.signal, lastEventId), {
        onEvent({ id, event, data }) {
          const snapshot = event === 'status' && readSnapshot(JSON.parse(data))
          if (!snapshot || isAborted()) return
          lastEventId = id
          failures = 0
          onSnapshot(snapshot)
        },
        onRetry: (ms) => (retry = ms),
        onBytes() {
          // After a `Last-Event-ID` the server sends a comment only, if nothing has changed since.
          if (lastEventId) failures = 0
          if (!failures) connection.restart(idleTimeoutMs)
        },
      })
    } catch {
      connection.abort()
      failures ||= 1
    }
    connection.stop()
  }

  for (let round = 0; !isAborted(); round++) {
    const shouldRead = !round || failures
    const attempt = ++failures // reset by the first event of the stream
    let answer: Snapshot | Refusal | undefined
    if (shouldRead) {
      options.onStale()
      answer = await client.read(signal)
      if (isAborted()) return
      if ('status' in answer) onSnapshot(answer)
      else if (answer.code === 'unknown_session') options.onUnknownSession()
    }
    const shouldStream =
      (!answer || 'status' in answer) &&
      !platform.hidden() &&
      (attempt <= streamAttemptsBeforePolling ||
        attempt % pollsPerStreamAttempt === streamAttemptsBeforePolling)
    if (shouldStream && !isAborted()) await readStream()
    // With jitter: a thousand widgets must not reconnect to a restarted server at the same instant.
    const jitter = 0.8 + platform.random() * 0.4
    const isCutOff = answer && 'retryAfter' in answer && answer.code === 'network'
    const longest = isCutOff && options.isUrgent() ? urgentRetryMs : 10_000
    const delay = Math.min(retryDelay(failures, retry), longest)
    if (!isAborted()) await sleep(platform, delay * jitter, signal)
  }
}

/** Milliseconds until the next round. */
function retryDelay(failures: number, retry: number): number {
  const polls = failures - streamAttemptsBeforePolling
  return polls < 0 ? retry * 1.5 ** failures : 3_000 * 1.5 ** polls
}
