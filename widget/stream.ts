import { readSnapshot, type Snapshot } from '../server/protocol/index.ts'
import { codeOf, type CheckoutClient } from './checkout-client.ts'
import { readEvents } from './event-reader.ts'
import { linkedController, sleep, type Platform } from './platform.ts'

export interface FollowOptions {
  readonly client: CheckoutClient
  readonly platform: Platform
  /** Aborts when the session changes, the status becomes final or the element is removed. */
  readonly signal: AbortSignal
  readonly onSnapshot: (snapshot: Snapshot) => void
  /** The last known snapshot may be stale until the next one arrives. */
  readonly onStale: () => void
  /** Following has ended, because the session does not exist. */
  readonly onUnknownSession: () => void
}

/** What is carried over from one connection to the next. */
interface ConnectionState {
  /** The last `id:` and `retry:` of the stream; the latter in milliseconds. */
  id: string
  retry: number
  /** Consecutive rounds in which the stream delivered no event. */
  failures: number
}

const firstEventTimeoutMs = 5_000
/** A little more than two of the backend's heartbeats, which come every 15 seconds. */
const idleTimeoutMs = 35_000
const streamAttemptsBeforePolling = 3
const pollsPerStreamAttempt = 4

/**
 * Keeps the snapshot up to date until the signal aborts: reads it once, then follows the event stream and reconnects as
 * needed. Falls back to polling where streams do not get through, and while the page is hidden, because a hidden tab
 * must not hold one of the browser's six connections to the backend.
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { client, platform, signal } = options
  const isAborted = (): boolean => signal.aborted
  const state: ConnectionState = { id: '', retry: 1_000, failures: 0 }
  for (let round = 0; !isAborted(); round++) {
    try {
      const shouldRead = !round || state.failures
      const attempt = ++state.failures // reset by the first event of the stream
      if (shouldRead) {
        options.onStale()
        const snapshot = await client.read(signal)
        if (!isAborted()) options.onSnapshot(snapshot)
        if (isAborted()) return
      }
      const shouldStream =
        attempt <= streamAttemptsBeforePolling ||
        attempt % pollsPerStreamAttempt === streamAttemptsBeforePolling
      if (shouldStream && !platform.hidden()) await readStream(options, state)
    } catch (problem) {
      if (isAborted()) return
      if (codeOf(problem) === 'unknown_session') {
        options.onUnknownSession()
        return
      }
      state.failures ||= 1
    }
    await sleep(platform, retryDelay(state, platform), signal)
  }
}

/** Milliseconds, with jitter: a thousand widgets must not reconnect to a restarted server at the same instant. */
function retryDelay({ failures, retry }: ConnectionState, platform: Platform): number {
  const polls = failures - streamAttemptsBeforePolling
  const delay = polls < 0 ? retry * 1.5 ** failures : 3_000 * 1.5 ** polls
  return Math.min(delay, 10_000) * (0.8 + platform.random() * 0.4)
}

/** Reads one connection to its end or until it stalls. Resets `failures` once the stream has proved to work. */
async function readStream(
  { client, platform, signal, onSnapshot }: FollowOptions,
  state: ConnectionState,
): Promise<void> {
  const connection = linkedController(signal)
  // A proxy or a virus scanner may hold the stream open and buffer it; bytes that complete no event are no better.
  let cancelWatchdog = platform.after(firstEventTimeoutMs, connection.abort)
  try {
    await readEvents(await client.events(connection.signal, state.id), {
      onEvent({ id, event, data }) {
        const snapshot = event === 'status' && readSnapshot(JSON.parse(data))
        if (!snapshot || signal.aborted) return
        state.id = id
        state.failures = 0
        onSnapshot(snapshot)
      },
      onRetry: (ms) => (state.retry = ms),
      onBytes() {
        // After a `Last-Event-ID` the server sends a comment only, if nothing has changed since.
        if (state.id) state.failures = 0
        if (state.failures) return
        cancelWatchdog()
        cancelWatchdog = platform.after(idleTimeoutMs, connection.abort)
      },
    })
  } catch (problem) {
    connection.abort()
    throw problem
  } finally {
    cancelWatchdog()
    connection.unlink()
  }
}
