import { Webhook } from 'standardwebhooks'
import { request } from 'undici'
import type { OutboxStore, StoredEvent } from '../checkout/ports.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

interface SenderDeps {
  readonly outbox: OutboxStore
  readonly clock: Clock
  readonly url: string
  readonly secrets: readonly string[]
  readonly log: Log
}

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/** [standard-webhooks] the example schedule: 0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; about 75 hours in all. */
const waits = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
]

/** [standard-webhooks] "a timeout of 15 to 30 seconds". */
const patience = 15 * seconds

/** Nothing stays undelivered because of one wake-up that got lost. */
const lookAgainAfter = 1 * minutes
const atOnce = 10

/**
 * Tells the shop what happened, at least once, under one id. Events lie on disk with the change they tell of, so a
 * crash loses none; one that fails does not hold up the others.
 */
export class WebhookSender {
  readonly #deps: SenderDeps
  #cancelTimer = () => {}
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(deps: SenderDeps) {
    this.#deps = deps
  }

  /** There is something new to tell, or there may be. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#again = false
    this.#cancelTimer()
    await this.#running
  }

  async #run(): Promise<void> {
    const { outbox, clock, log } = this.#deps
    this.#cancelTimer()
    try {
      while (this.#again) {
        this.#again = false
        const due = await outbox.due(clock.now(), atOnce)
        await Promise.all(due.map((event) => this.#deliver(event)))
        if (due.length === atOnce && !this.#stopped) this.#again = true
      }
      const next = (await outbox.nextDueAt()) ?? Infinity
      this.#sleepUntil(Math.min(next, clock.now() + lookAgainAfter))
    } catch (error) {
      log.error({ err: error }, 'webhooks could not be read or marked')
      this.#sleepUntil(clock.now() + 5 * seconds)
    }
  }

  #sleepUntil(at: number): void {
    const { clock } = this.#deps
    if (!this.#stopped) this.#cancelTimer = clock.after(at - clock.now(), () => this.wake())
  }

  async #deliver(event: StoredEvent): Promise<void> {
    const { outbox, clock, log } = this.#deps
    const { id, type } = event
    const result = await this.#post(event)
    if (result === 'taken') {
      await outbox.delivered(id, clock.now())
      log.info({ event: id, type }, 'webhook delivered')
      return
    }
    const wait = waits[event.tries]
    await outbox.failed(id, event.tries + 1, wait === undefined ? null : clock.now() + wait)
    log.warn({ event: id, type, tries: event.tries + 1, result }, 'webhook not taken')
  }

  async #post({ id, body }: StoredEvent): Promise<string> {
    const { url, secrets, clock } = this.#deps
    const at = new Date(clock.now())
    try {
      const { statusCode, body: answer } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'netgiro-checkout',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          // [standard-webhooks] several signatures, separated by spaces, while a secret is being rotated.
          'webhook-signature': secrets
            .map((secret) => new Webhook(secret).sign(id, at, body))
            .join(' '),
        },
        body,
        headersTimeout: patience,
        bodyTimeout: patience,
      })
      await answer.dump()
      return statusCode >= 200 && statusCode < 300 ? 'taken' : `status ${statusCode}`
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'not reached'
    }
  }
}
