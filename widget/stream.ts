import { readSnapshot, type Snapshot } from '../server/protocol/index.ts'
import { codeOf, type CheckoutClient, type ErrorCode } from './checkout-client.ts'
import { readEvents } from './event-reader.ts'
import { link, sleep, type World } from './world.ts'

export interface Follower {
  readonly client: CheckoutClient
  readonly world: World
  /** Ends the following: another session, a final status, an element that left. */
  readonly signal: AbortSignal
  readonly onSnapshot: (snapshot: Snapshot) => void
  /** We are asking and do not know; the next snapshot settles it. */
  readonly onUnsure: () => void
  /** Asking again cannot help. */
  readonly onRefused: (code: ErrorCode) => void
}

/** What one connection leaves to the next. */
interface Line {
  id: string
  retry: number
  /** Rounds in a row without a word from a stream. */
  misses: number
}

const firstEventWithin = 5_000
/** Two heartbeats of the backend and a little more. */
const silenceAtMost = 35_000
const triesBeforePolling = 3
const streamAgainEvery = 4 // polls

/**
 * Keeps a snapshot fresh until the signal ends it: a look at once, then the event stream, again and again. Where
 * streams do not get through, or nobody sees the page (a hidden tab must not hold one of six connections), it asks
 * from time to time instead.
 */
export async function follow(follower: Follower): Promise<void> {
  const { client, world, signal } = follower
  const over = (): boolean => signal.aborted
  const line: Line = { id: '', retry: 1_000, misses: 0 }
  for (let round = 0; !over(); round++) {
    try {
      const look = !round || line.misses
      const tries = ++line.misses // until an event proves otherwise
      if (look) {
        follower.onUnsure()
        const snapshot = await client.read(signal)
        if (!over()) follower.onSnapshot(snapshot)
        if (over()) return
      }
      const streams = tries <= triesBeforePolling || tries % streamAgainEvery === triesBeforePolling
      if (streams && !world.hidden()) await listen(follower, line)
    } catch (problem) {
      if (over()) return
      if (codeOf(problem) === 'unknown_session') {
        follower.onRefused('unknown_session')
        return
      }
      line.misses ||= 1
    }
    await sleep(world, pause(line, world), signal)
  }
}

/** With jitter: a thousand widgets must not come back to a restarted server in the same instant. */
function pause({ misses, retry }: Line, world: World): number {
  const polls = misses - triesBeforePolling
  const calm = polls < 0 ? retry * 1.5 ** misses : 3_000 * 1.5 ** polls
  return Math.min(calm, 10_000) * (0.8 + world.random() * 0.4)
}

/** One connection, until the server ends it or it is no good; `line.misses` tells whether it brought an event. */
async function listen({ client, world, signal, onSnapshot }: Follower, line: Line): Promise<void> {
  const connection = link(signal)
  // A proxy or a virus scanner may hold a stream open and mute; bytes that never become an event are no better.
  let watchdog = world.after(firstEventWithin, connection.end)
  try {
    await readEvents(await client.events(connection.signal, line.id), {
      onEvent({ id, event, data }) {
        const snapshot = event === 'status' && readSnapshot(JSON.parse(data))
        if (!snapshot || signal.aborted) return
        line.id = id
        line.misses = 0
        onSnapshot(snapshot)
      },
      onRetry: (ms) => (line.retry = ms),
      onBytes() {
        // Having said what we have seen, we may be told nothing but that there is no news.
        if (line.id) line.misses = 0
        if (line.misses) return
        watchdog()
        watchdog = world.after(silenceAtMost, connection.end)
      },
    })
  } catch (problem) {
    connection.end()
    throw problem
  } finally {
    watchdog()
    connection.release()
  }
}
