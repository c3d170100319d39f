import type { OutboxStore, StoredEvent } from '../core/store.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../log.ts'
import { Breaker } from './breaker.ts'
import { postSigned } from './post.ts'
import { maxDelays, readRetryAfter, waitAfter } from './schedule.ts'

interface SenderDeps {
  readonly outbox: OutboxStore
  readonly clock: Clock
  readonly url: string
  readonly secrets: readonly string[]
  readonly random: () => number
  readonly log: Log
}

/** [standard-webhooks] "a timeout of 15 to 30 seconds". */
const timeoutMs = 15_000

/** Nothing stays undelivered because of one wake-up that got lost. */
const retryDelayMs = 60_000

/** A clock that is slewed by network time goes back by less. */
const maxSlewMs = 1_000

/**
 * How many are in the air at once: of what the shop must act on, the latest first, and of everything, the longest waiting first.
 * Neither takes the other's places, so that no backlog holds up a payment, and no rush of payments a backlog.
 */
const lanes = { outcomes: 10, inTurn: 10 } as const
type Lane = keyof typeof lanes

type Outcome = {
  readonly taken: boolean
  readonly gone: boolean
  /** Somebody was there: what they answered was about this event. */
  readonly answered: boolean
  readonly retryAfterMs: number | null
  readonly result: string
}

interface InFlight {
  readonly lane: Lane
  readonly done: Promise<void>
}

/**
 * Tells the shop what happened, at least once, under one id. Events lie on disk with the change they tell of, so a
 * crash loses none. Each has its own schedule and its own place in the air: one that fails or hangs holds up no other.
 * While the shop answers nothing at all it is tried with one event at a time.
 */
export class WebhookSender {
  readonly #deps: SenderDeps
  readonly #inFlight = new Map<string, InFlight>()
  readonly #breaker: Breaker
  #cancelTimer = () => {}
  #isSending: Promise<void> | null = null
  #again = false
  #stopped = false
  #disabledAt: number | null = null
  /** The event that the shop is tried with while it is in trouble. */
  #probe: string | null = null
  /** How far the time of day was ahead of the time that nobody can set. */
  #timeOfDayAhead = Infinity

  constructor(deps: SenderDeps) {
    this.#deps = deps
    this.#breaker = new Breaker(() => deps.clock.monotonic())
  }

  /**
   * Since when nothing is sent, because the endpoint answered that it wants no more; null while all is as usual. It is in
   * memory only: what is to be told stays on disk, and the next process tries again.
   */
  get disabledAt(): number | null {
    return this.#disabledAt
  }

  /** Whether the shop is tried with one event at a time, because it hangs or fails. */
  get isSpaced(): boolean {
    return this.#breaker.isOpen
  }

  /** Somebody who may decide it wants the shop to be told, whatever the endpoint said before. */
  enable(): void {
    this.#disabledAt = null
    this.wake()
  }

  /** There is something new to tell, or there may be. */
  wake(): void {
    if (this.#stopped || this.#disabledAt !== null) return
    this.#again = true
    this.#isSending ??= this.#sendDue().finally(() => {
      this.#isSending = null
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#again = false
    this.#cancelTimer()
    await this.#isSending
    await Promise.all([...this.#inFlight.values()].map(({ done }) => done))
  }

  async #sendDue(): Promise<void> {
    const { outbox, clock, log } = this.#deps
    this.#cancelTimer()
    try {
      await this.#noticeClock()
      while (this.#again) {
        this.#again = false
        for (const [event, lane] of await this.#choose()) this.#send(event, lane)
      }
      const now = clock.now()
      const next = (await outbox.nextDueAt(now)) ?? Infinity
      // What is due already waits for a place, which wakes us, or for the shop to be tried again.
      const pause = this.#breaker.isOpen ? this.#breaker.pauseMs || retryDelayMs : retryDelayMs
      this.#sleep(Math.min(next - now, pause, retryDelayMs))
    } catch (error) {
      log.error({ err: error }, 'webhooks could not be read')
      this.#sleep(5_000)
    }
  }

  /** [a clock that was set] What is due at a time of day must not wait until it has come round again. */
  async #noticeClock(): Promise<void> {
    const { outbox, clock } = this.#deps
    const ahead = clock.now() - clock.monotonic()
    if (ahead < this.#timeOfDayAhead - maxSlewMs) await outbox.bringBack(clock.now(), maxDelays)
    this.#timeOfDayAhead = ahead
  }

  /** What is to be sent now. Of what is begun together, the older is begun first. */
  async #choose(): Promise<readonly (readonly [StoredEvent, Lane])[]> {
    if (this.#stopped || this.#disabledAt !== null) return []
    const { outbox, clock } = this.#deps
    const now = clock.now()
    const isWaiting = ({ id }: StoredEvent) => !this.#inFlight.has(id)
    const many = this.#inFlight.size
    if (this.#breaker.isOpen) {
      if (this.#probe !== null || this.#breaker.pauseMs > 0) return []
      const outcomes = await outbox.dueOutcomes(now, many + 1)
      const probe = [...outcomes, ...(await outbox.due(now, many + 1))].find(isWaiting)
      this.#probe = probe?.id ?? null
      return probe ? [[probe, 'outcomes']] : []
    }
    const outcomes = (await outbox.dueOutcomes(now, lanes.outcomes + many)).filter(isWaiting)
    const inTurn = (await outbox.due(now, lanes.outcomes + lanes.inTurn + many)).filter(isWaiting)
    const chosen = new Map<StoredEvent['id'], readonly [StoredEvent, Lane]>()
    for (const event of outcomes.slice(0, this.#placesIn('outcomes')))
      chosen.set(event.id, [event, 'outcomes'])
    const others = inTurn.filter(({ id }) => !chosen.has(id))
    for (const event of others.slice(0, this.#placesIn('inTurn')))
      chosen.set(event.id, [event, 'inTurn'])
    return [...chosen.values()].sort(([one], [other]) => one.seq - other.seq)
  }

  #placesIn(lane: Lane): number {
    const taken = [...this.#inFlight.values()].filter((one) => one.lane === lane)
    return Math.max(0, lanes[lane] - taken.length)
  }

  #sleep(ms: number): void {
    this.#cancelTimer()
    if (!this.#stopped && this.#disabledAt === null)
      this.#cancelTimer = this.#deps.clock.after(ms, () => this.wake())
  }

  #send(event: StoredEvent, lane: Lane): void {
    const { id } = event
    const land = () => {
      this.#inFlight.delete(id)
      if (this.#probe === id) this.#probe = null
    }
    const done = this.#deliver(event).then(
      () => {
        land()
        this.wake()
      },
      (error: unknown) => {
        this.#deps.log.error({ err: error, event: id }, 'a webhook could not be marked')
        land()
        // It is due as before: to look at once would be to tell the shop the same again and again.
        this.#sleep(retryDelayMs)
      },
    )
    this.#inFlight.set(id, { lane, done })
  }

  async #deliver(event: StoredEvent): Promise<void> {
    const { outbox, clock, random, log } = this.#deps
    const { id, type } = event
    const { taken, gone, answered, retryAfterMs, result } = await this.#post(event)
    this.#note(answered)
    if (taken) {
      await outbox.delivered(id, clock.now())
      log.info({ event: id, type }, 'webhook delivered')
      return
    }
    if (gone) {
      this.#disable(id)
      return
    }
    const tries = event.tries + 1
    const wait = waitAfter(tries, retryAfterMs, random())
    await outbox.failed(id, tries, wait === null ? null : clock.now() + wait)
    log.warn(
      { event: id, type, tries, result },
      wait === null ? 'webhook given up' : 'webhook not taken',
    )
  }

  #note(answered: boolean): void {
    const wasOpen = this.#breaker.isOpen
    if (answered) this.#breaker.answered()
    else this.#breaker.unanswered()
    if (wasOpen === this.#breaker.isOpen) return
    if (wasOpen) this.#deps.log.info('the webhook endpoint answers again')
    else this.#deps.log.error('the webhook endpoint hangs or fails: one event at a time is tried')
  }

  /** [standard-webhooks] 410: "the endpoint should be disabled". The event stays due. */
  #disable(id: string): void {
    // Others may have been in the air at the same time.
    if (this.#disabledAt !== null) return
    this.#disabledAt = this.#deps.clock.now()
    this.#cancelTimer()
    this.#deps.log.error(
      { event: id },
      'the webhook endpoint answered 410: nothing more is sent until an event is resent, or the next start',
    )
  }

  async #post({ id, body }: StoredEvent): Promise<Outcome> {
    const { url, secrets, clock } = this.#deps
    try {
      const { status, retryAfter } = await postSigned({
        url,
        secrets,
        id,
        body,
        timeoutMs: timeoutMs,
        clock,
        wants: 'status',
      })
      return {
        taken: status >= 200 && status < 300,
        gone: status === 410,
        answered: status < 500 && status !== 429,
        retryAfterMs: readRetryAfter(retryAfter, clock.now()),
        result: `status ${status}`,
      }
    } catch (error) {
      const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string'
      const result = isCoded ? String(error.code) : 'no answer in time'
      return { taken: false, gone: false, answered: false, retryAfterMs: null, result }
    }
  }
}
