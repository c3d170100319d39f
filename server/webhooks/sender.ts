import type { OutboxStore, StoredEvent } from '../core/store.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../log.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { deliver } from './delivery.ts'
import type { Delivery } from './delivery.ts'
import { maxDelays, retryDelay } from './schedule.ts'
import { assignSlots, slots } from './slots.ts'
import type { Assignment, SlotType } from './slots.ts'

interface SenderDeps {
  readonly outbox: OutboxStore
  readonly clock: Clock
  /** Stamps what the shop compares with its own clock. */
  readonly machineClock: Clock
  readonly url: string
  readonly secrets: readonly string[]
  readonly random: () => number
  readonly log: Log
  /** Called with each delivery; makes it. */
  readonly aroundDelivery?: (event: StoredEvent, work: () => Promise<Delivery>) => Promise<Delivery>
}

/** The outbox is read at least this often, in case a wake-up was lost. */
const maxSleepMs = 60_000

/** After a failed read of the outbox. */
const readRetryDelayMs = 5_000

/** A clock that is slewed by network time goes back by less. */
const maxSlewMs = 1_000

interface InFlight {
  readonly slot: SlotType
  readonly done: Promise<void>
}

/**
 * Delivers the events of the outbox to the shop, at least once, under one id. Events are stored with the change that they
 * report, so a crash loses none. Each has its own schedule and its own slot: one that fails or hangs delays no other. While the
 * shop does not respond at all, one event at a time is tried.
 */
export class WebhookSender {
  readonly #deps: SenderDeps
  readonly #inFlight = new Map<string, InFlight>()
  readonly #breaker: CircuitBreaker
  #cancelTimer = () => {}
  #sending: Promise<void> | null = null
  #isWoken = false
  #isStopped = false
  #disabledAt: number | null = null
  /** How many resends were noticed; null: not read yet. */
  #resends: number | null = null
  #isResendDue = false
  /** The id of the event that is tried while the circuit breaker is open. */
  #probe: string | null = null
  /** How far the time of day was ahead of the monotonic clock, which cannot be set. */
  #clockOffsetMs = Infinity

  constructor(deps: SenderDeps) {
    this.#deps = deps
    this.#breaker = new CircuitBreaker(() => deps.clock.monotonic())
  }

  /**
   * Since when nothing is sent, because the endpoint answered 410; null otherwise. Kept in memory only: the events stay
   * scheduled, and the next process tries again. It ends with a resend, which the database tells of.
   */
  get disabledAt(): number | null {
    return this.#disabledAt
  }

  /** Whether one event at a time is tried, because the endpoint hangs or fails. */
  get isSpaced(): boolean {
    return this.#breaker.isOpen
  }

  /** Call it when an operator may have resent an event of the merchant: then it sends again, also after a 410. */
  noticeResend(): void {
    this.#isResendDue = true
    this.#wake()
  }

  /** Sends the events that are due. Call it when there may be new ones. */
  wake(): void {
    if (this.#disabledAt === null) this.#wake()
  }

  #wake(): void {
    if (this.#isStopped) return
    this.#isWoken = true
    this.#sending ??= this.#sendDue().finally(() => {
      this.#sending = null
      // After it had looked for the last time.
      if (this.#isWoken) this.#wake()
    })
  }

  /** Resolves when nothing is in flight any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#isWoken = false
    this.#cancelTimer()
    await this.#sending
    await Promise.all([...this.#inFlight.values()].map(({ done }) => done))
  }

  async #sendDue(): Promise<void> {
    const { outbox, clock, log } = this.#deps
    this.#cancelTimer()
    try {
      await this.#handleClockChange()
      while (this.#isWoken) {
        this.#isWoken = false
        if (this.#isResendDue || this.#resends === null) await this.#readResends()
        for (const [event, slot] of await this.#select()) this.#send(event, slot)
      }
      if (this.#disabledAt !== null) {
        this.#sleep(maxSleepMs)
        return
      }
      const now = clock.now()
      const next = (await outbox.nextDueAt(now)) ?? Infinity
      // Events that are due already wait for a slot, whose release wakes us, or for the next probe.
      const pauseMs = this.#breaker.isOpen ? this.#breaker.delayMs || maxSleepMs : maxSleepMs
      this.#sleep(Math.min(next - now, pauseMs, maxSleepMs))
    } catch (error) {
      log.error({ err: error }, 'could not read webhook events')
      this.#sleep(readRetryDelayMs)
    }
  }

  /** One that another process was asked for counts as well, and so does one that nobody told of. */
  async #readResends(): Promise<void> {
    this.#isResendDue = false
    const resends = await this.#deps.outbox.countResends()
    if (this.#resends !== null && resends !== this.#resends) this.#disabledAt = null
    this.#resends = resends
  }

  /** If the time of day was set back, events must not wait until it has caught up. */
  async #handleClockChange(): Promise<void> {
    const { outbox, clock } = this.#deps
    const offsetMs = clock.now() - clock.monotonic()
    if (offsetMs < this.#clockOffsetMs - maxSlewMs)
      await outbox.correctFutureTimes(clock.now(), maxDelays)
    this.#clockOffsetMs = offsetMs
  }

  /** The events to send now. */
  async #select(): Promise<readonly Assignment[]> {
    if (this.#isStopped || this.#disabledAt !== null) return []
    if (this.#breaker.isOpen) return this.#selectProbe()
    const { outbox, clock } = this.#deps
    const now = clock.now()
    // Those in flight are still due and would fill the result.
    const inFlight = this.#inFlight.size
    const oldest = await outbox.due(now, slots.outcomes + slots.oldest + inFlight)
    if (oldest.length === 0) return []
    const outcomes = await outbox.dueOutcomes(now, slots.outcomes + inFlight)
    const candidates = {
      outcomes: outcomes.filter(this.#isWaiting),
      oldest: oldest.filter(this.#isWaiting),
    }
    return assignSlots(candidates, {
      outcomes: this.#freeSlots('outcomes'),
      oldest: this.#freeSlots('oldest'),
    })
  }

  /** The one event to try while the circuit breaker is open. */
  async #selectProbe(): Promise<readonly Assignment[]> {
    if (this.#probe !== null || this.#breaker.delayMs > 0) return []
    const { outbox, clock } = this.#deps
    const now = clock.now()
    const limit = this.#inFlight.size + 1
    const oldest = await outbox.due(now, limit)
    if (oldest.length === 0) return []
    const probe = [...(await outbox.dueOutcomes(now, limit)), ...oldest].find(this.#isWaiting)
    this.#probe = probe?.id ?? null
    return probe ? [[probe, 'outcomes']] : []
  }

  readonly #isWaiting = ({ id }: StoredEvent): boolean => !this.#inFlight.has(id)

  #freeSlots(slot: SlotType): number {
    const used = [...this.#inFlight.values()].filter((one) => one.slot === slot)
    return Math.max(0, slots[slot] - used.length)
  }

  #sleep(ms: number): void {
    this.#cancelTimer()
    if (this.#isStopped) return
    // While nothing is sent, it looks for a resend.
    const wake = () => (this.#disabledAt === null ? this.wake() : this.noticeResend())
    this.#cancelTimer = this.#deps.clock.after(ms, wake)
  }

  #send(event: StoredEvent, slot: SlotType): void {
    const { id } = event
    const release = () => {
      this.#inFlight.delete(id)
      if (this.#probe === id) this.#probe = null
    }
    const done = this.#deliver(event).then(
      () => {
        release()
        this.wake()
      },
      (error: unknown) => {
        this.#deps.log.error({ err: error, event: id }, 'could not record webhook delivery')
        // The event is still due: waking up at once would deliver it again and again.
        release()
      },
    )
    this.#inFlight.set(id, { slot, done })
  }

  async #deliver(event: StoredEvent): Promise<void> {
    const { outbox, clock, machineClock, url, secrets } = this.#deps
    const { random, log, aroundDelivery } = this.#deps
    const { id, type } = event
    const resends = this.#resends
    const post = () => deliver(event, { url, secrets, clock: machineClock })
    const delivery = await (aroundDelivery ? aroundDelivery(event, post) : post())
    const { accepted, isGone, responded, retryAfterMs, result } = delivery
    this.#updateBreaker(responded)
    if (accepted) {
      await outbox.delivered(id, clock.now())
      log.info({ event: id, type }, 'webhook delivered')
      return
    }
    if (isGone) {
      // An event that was resent meanwhile is to be tried, whatever this one was answered.
      if (resends === this.#resends) this.#disable(id)
      return
    }
    const tries = event.tries + 1
    const delay = retryDelay(tries, retryAfterMs, random())
    await outbox.failed(event, delay === null ? null : clock.now() + delay)
    const message = delay === null ? 'webhook delivery abandoned' : 'webhook delivery failed'
    log.warn({ event: id, type, tries, result }, message)
  }

  #updateBreaker(responded: boolean): void {
    const wasOpen = this.#breaker.isOpen
    if (responded) this.#breaker.recordSuccess()
    else this.#breaker.recordFailure()
    if (wasOpen === this.#breaker.isOpen) return
    if (wasOpen) this.#deps.log.info('webhook endpoint answers again')
    else this.#deps.log.error('webhook endpoint hangs or fails: sending one event at a time')
  }

  /** [standard-webhooks] 410: "the endpoint should be disabled". The event stays due. */
  #disable(id: string): void {
    // Other events may have been in flight at the same time.
    if (this.#disabledAt !== null) return
    this.#disabledAt = this.#deps.clock.now()
    this.#sleep(maxSleepMs)
    this.#deps.log.error(
      { event: id },
      'webhook endpoint answered 410: nothing is sent until an event is resent or the server restarts',
    )
  }
}
