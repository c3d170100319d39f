import type { OutboxStore, StoredEvent } from '../checkout/ports.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { postSigned } from './post.ts'
import { readRetryAfter, waitAfter } from './schedule.ts'

interface SenderDeps {
  readonly outbox: OutboxStore
  readonly clock: Clock
  readonly url: string
  readonly secrets: readonly string[]
  readonly random: () => number
  readonly log: Log
}

/** [standard-webhooks] "a timeout of 15 to 30 seconds". */
const patience = 15_000

/** Nothing stays undelivered because of one wake-up that got lost. */
const lookAgainAfter = 60_000
const atOnce = 10

type Outcome = {
  readonly taken: boolean
  readonly gone: boolean
  readonly retryAfterMs: number | null
  readonly result: string
}

/**
 * Tells the shop what happened, at least once, under one id. Events lie on disk with the change they tell of, so a
 * crash loses none. Each has its own schedule and its own place in the air: one that fails or hangs holds up no other.
 */
export class WebhookSender {
  readonly #deps: SenderDeps
  readonly #inTheAir = new Map<string, Promise<void>>()
  #cancelTimer = () => {}
  #looking: Promise<void> | null = null
  #again = false
  #stopped = false
  #disabledAt: number | null = null

  constructor(deps: SenderDeps) {
    this.#deps = deps
  }

  /**
   * Since when nothing is sent, because the endpoint answered that it wants no more; null while all is as usual. It is in
   * memory only: what is to be told stays on disk, and the next process tries again.
   */
  get disabledAt(): number | null {
    return this.#disabledAt
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
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#again = false
    this.#cancelTimer()
    await this.#looking
    await Promise.all(this.#inTheAir.values())
  }

  async #look(): Promise<void> {
    const { outbox, clock, log } = this.#deps
    this.#cancelTimer()
    try {
      while (this.#again) {
        this.#again = false
        const due = await outbox.due(clock.now(), atOnce + this.#inTheAir.size)
        for (const event of due) this.#send(event)
      }
      const next = (await outbox.nextDueAt(clock.now())) ?? Infinity
      this.#sleepUntil(Math.min(next, clock.now() + lookAgainAfter))
    } catch (error) {
      log.error({ err: error }, 'webhooks could not be read')
      this.#sleepUntil(clock.now() + 5_000)
    }
  }

  #sleepUntil(at: number): void {
    const { clock } = this.#deps
    this.#cancelTimer()
    if (!this.#stopped && this.#disabledAt === null)
      this.#cancelTimer = clock.after(at - clock.now(), () => this.wake())
  }

  #send(event: StoredEvent): void {
    const { id } = event
    const { clock, log } = this.#deps
    if (this.#inTheAir.has(id) || this.#inTheAir.size >= atOnce) return
    const sending = this.#deliver(event).then(
      () => {
        this.#inTheAir.delete(id)
        this.wake()
      },
      (error: unknown) => {
        log.error({ err: error, event: id }, 'a webhook could not be marked')
        this.#inTheAir.delete(id)
        // It is due as before: to look at once would be to tell the shop the same again and again.
        this.#sleepUntil(clock.now() + lookAgainAfter)
      },
    )
    this.#inTheAir.set(id, sending)
  }

  async #deliver(event: StoredEvent): Promise<void> {
    const { outbox, clock, random, log } = this.#deps
    const { id, type } = event
    const { taken, gone, retryAfterMs, result } = await this.#post(event)
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
        timeoutMs: patience,
        clock,
      })
      return {
        taken: status >= 200 && status < 300,
        gone: status === 410,
        retryAfterMs: readRetryAfter(retryAfter, clock.now()),
        result: `status ${status}`,
      }
    } catch (error) {
      const result =
        error instanceof Error && 'code' in error ? String(error.code) : 'no answer in time'
      return { taken: false, gone: false, retryAfterMs: null, result }
    }
  }
}
