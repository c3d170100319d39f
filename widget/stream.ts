import { readSnapshot, type Snapshot } from '../server/protocol/index.ts'
import type { CheckoutClient } from './checkout-client.ts'
import { readEvents } from './event-reader.ts'
import { deadline, sleep, type Deadline, type Platform } from './platform.ts'
import type { Tabs } from './tabs.ts'

export interface FollowOptions {
  readonly client: CheckoutClient
  readonly platform: Platform
  /** Aborts when the session changes, the status becomes final or the element is removed. */
  readonly signal: AbortSignal
  readonly onSnapshot: (snapshot: Snapshot) => void
  /** Whether a payer is being waited for, who expects to see the outcome at once. */
  readonly isUrgent: () => boolean
  /** The last known snapshot may be stale until the next one arrives; to be shown after this time. */
  readonly onStale: (noticeDelayMs: number) => void
  /** Following has ended, because the session does not exist. */
  readonly onUnknownSession: () => void
}

/** An interruption shorter than this is not shown. */
const noticeDelayMs = 3_500
/** A stream that is slower than this is not waited for. */
const firstReadDelayMs = 1_000
const firstEventTimeoutMs = 5_000
/** A little more than a heartbeat of our backend; after it, the element asks whether the line is dead. */
const maxSilenceMs = 6_000
const answerTimeoutMs = 3_000
const streamAttemptsBeforePolling = 3
const pollsPerStreamAttempt = 4
/** Without contact: an approval window is short, so few elements ever retry this often. */
const urgentRetryMs = 700

/**
 * Keeps the snapshot up to date until the signal aborts: follows the event stream, whose first event is the current
 * snapshot, and reconnects as needed. Reads the snapshot where the stream is silent, falls back to polling where streams
 * do not get through, and while the page is hidden, because a hidden tab must not hold one of the browser's six
 * connections to the backend.
 */
export const follow = (options: FollowOptions): Promise<void> => new Follower(options).run()

class Follower {
  readonly #options: FollowOptions
  readonly #tabs: Tabs
  /** The last `id:` and `retry:` of the stream; the latter in milliseconds. */
  #lastEventId = ''
  #retry = 1_000
  /** Consecutive rounds in which the stream delivered no event. */
  #failures = 0
  /** Whether the last request got no answer. */
  #isCutOff = false
  #isStreaming = false
  /** How long an answer is waited for on a dead line, in ms: a slow line that is back needs more time. */
  #responseTimeoutMs = urgentRetryMs
  /** The version of the last snapshot. */
  #version = -1
  #connection: Deadline | undefined
  #cancelQuestion: (() => void) | undefined

  constructor(options: FollowOptions) {
    this.#options = options
    const { client, platform, signal } = options
    this.#tabs = platform.joinTabs(client.name, signal, (message) => {
      const snapshot = readSnapshot(message)
      if (snapshot) this.#apply(snapshot)
      this.#onContact()
    })
  }

  async run(): Promise<void> {
    const { platform, signal, isUrgent, onStale } = this.#options
    onStale(noticeDelayMs)
    while (!this.#isOver()) {
      const attempt = ++this.#failures // reset by the first sign of the stream
      const canStream =
        !this.#isCutOff &&
        !platform.hidden() &&
        (attempt <= streamAttemptsBeforePolling ||
          attempt % pollsPerStreamAttempt === streamAttemptsBeforePolling)
      if (canStream) await this.#stream()
      if (this.#isOver()) return
      if (this.#failures) {
        onStale(noticeDelayMs)
        // On a line that comes back, the next question is answered long before one that was lost on it.
        if (this.#isCutOff && isUrgent()) void this.#read(this.#responseTimeoutMs)
        else await this.#read()
      }
      // With jitter: a thousand widgets must not reconnect to a restarted server at the same instant.
      const jitter = 0.8 + platform.random() * 0.4
      const longest = this.#isCutOff && isUrgent() ? this.#responseTimeoutMs : 10_000
      await sleep(platform, Math.min(this.#delay, longest) * jitter, signal)
    }
  }

  /** Milliseconds until the next round. */
  get #delay(): number {
    const polls = this.#failures - streamAttemptsBeforePolling
    return polls < 0 ? this.#retry * 1.5 ** this.#failures : 3_000 * 1.5 ** polls
  }

  #isOver(): boolean {
    return this.#options.signal.aborted
  }

  #apply(snapshot: Snapshot): void {
    if (this.#isOver()) return
    this.#version = snapshot.version
    this.#options.onSnapshot(snapshot)
  }

  async #read(timeoutMs?: number): Promise<void> {
    const { client, platform, signal, onUnknownSession } = this.#options
    if (this.#isOver()) return
    const wasCutOff = this.#isCutOff
    const askedAt = platform.now()
    const answer = await client.read(signal, timeoutMs)
    const isLost = answer.code === 'network'
    // One of several that were under way at once may be lost after another was answered.
    if (this.#isOver() || (isLost && wasCutOff)) return
    const neededMs = platform.now() - askedAt
    if (!isLost)
      this.#responseTimeoutMs = Math.min(Math.max(2 * neededMs, urgentRetryMs), answerTimeoutMs)
    // So that the stream is tried at once.
    if (this.#isCutOff) this.#failures = 0
    this.#isCutOff = isLost
    if ('status' in answer) this.#apply(answer)
    else if (answer.code === 'unknown_session') onUnknownSession()
  }

  /** Follows the stream of this tab, or what another tab hears, until either ends. */
  async #stream(): Promise<void> {
    this.#isStreaming = true
    this.#askIn(firstReadDelayMs)
    await this.#tabs.lead(() => this.#readStream())
    this.#isStreaming = false
    this.#cancelQuestion?.()
  }

  /** Who joins the others late hears from them that the stream is alive, and asks the backend what it has told. */
  #onContact(): void {
    if (!this.#isStreaming || this.#version < 0) return
    this.#failures = 0
    this.#askIn(maxSilenceMs)
  }

  /** Reads the snapshot, unless something is heard before. */
  #askIn(ms: number): void {
    this.#cancelQuestion?.()
    this.#cancelQuestion = this.#options.platform.after(ms, () => void this.#ask())
  }

  async #ask(): Promise<void> {
    const failures = this.#failures
    const version = this.#version
    await this.#read(failures ? undefined : answerTimeoutMs)
    if (!this.#isStreaming) return
    this.#askIn(maxSilenceMs)
    if (this.#isCutOff) this.#options.onStale(0)
    // A stream that did not tell what the answer tells is dead as well.
    if (this.#isCutOff || (!failures && this.#version !== version)) this.#connection?.abort()
  }

  /** Reads one connection to its end or until it stalls. */
  async #readStream(): Promise<void> {
    const { client, platform, signal } = this.#options
    // A proxy or a virus scanner may hold the stream open and buffer it; bytes that complete no event are no better.
    const connection = (this.#connection = deadline(platform, firstEventTimeoutMs, signal))
    try {
      await readEvents(await client.events(connection.signal, this.#lastEventId), {
        onEvent: ({ id, event, data }) => {
          const snapshot = event === 'status' && readSnapshot(JSON.parse(data))
          if (!snapshot) return
          this.#lastEventId = id
          this.#tabs.publish(snapshot)
          this.#apply(snapshot)
        },
        onRetry: (ms) => (this.#retry = ms),
        onBytes: () => {
          // After a `Last-Event-ID` the server sends a comment only, if nothing has changed since.
          if (!this.#lastEventId) return
          this.#onContact()
          this.#tabs.publish()
          connection.keep()
        },
      })
    } catch {
      connection.abort()
      // The next stream begins with the current snapshot.
      this.#lastEventId = ''
      this.#failures ||= 1
    }
    connection.stop()
  }
}
