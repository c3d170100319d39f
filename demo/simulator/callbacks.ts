import { Agent, request } from 'undici'

import { isWrong, type FaultKind, type Faults, type Wrong } from './faults.ts'
import type { Schedule } from './schedule.ts'

export type CallbackKind = 'payment' | 'cancel'

export interface CallbackRecord {
  readonly url: string
  readonly kind: CallbackKind
  /** The HTTP status, or null when there was no answer. */
  readonly status: number | null
  readonly attempt: number
  readonly forged: boolean
}

export interface Message {
  readonly kind: CallbackKind
  readonly url: string
  /** The TransactionId. */
  readonly about: string
  /** Every attempt is written and signed anew. */
  readonly write: (secretKey: string, wrong: Wrong | undefined) => Written
  readonly acknowledges: (status: number) => boolean
  /** Told of every attempt that was made. */
  readonly log: (record: CallbackRecord) => void
}

export interface Written {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export type Delivery = 'acknowledged' | 'refused' | 'unsent'

export interface CallbackOptions {
  readonly secretKey: string
  readonly schedule: Schedule
  readonly faults: Faults
  readonly timeoutMs: number
  readonly retryMs: number
}

/** The faults of one attempt; the others are of the delivery. */
const isOfAttempt = (kind: FaultKind) => kind === 'forged' || isWrong(kind)

/** What the simulator sends by itself: signed as its API has it, tried twice. */
export class Callbacks {
  readonly #options: CallbackOptions
  readonly #agent = new Agent()
  #stopping = new AbortController()

  constructor(options: CallbackOptions) {
    this.#options = options
  }

  async deliver(message: Message): Promise<Delivery> {
    const { faults, schedule, retryMs } = this.#options
    const { signal } = this.#stopping
    const isOfDelivery = (kind: FaultKind) => kind !== 'before_answer' && !isOfAttempt(kind)
    const fault = faults.take('Callback', isOfDelivery, message.about)
    if (fault?.kind === 'never') return 'unsent'
    if (fault?.kind === 'delay') await schedule.sleep(fault.ms)

    // [netgiro] callbacks (V2; the V1 pages are silent): one retry, then the sale is cancelled.
    for (const attempt of [1, 2]) {
      if (attempt > 1) await schedule.sleep(retryMs)
      const status = await this.#post(message, attempt, signal)
      if (attempt === 1 && fault?.kind === 'duplicate') await this.#post(message, attempt, signal)
      if (signal.aborted) return 'unsent'
      if (status !== null && message.acknowledges(status)) return 'acknowledged'
    }
    return 'refused'
  }

  async #post(message: Message, attempt: number, stopping: AbortSignal): Promise<number | null> {
    const { kind, url, about, log } = message
    const { faults, schedule, secretKey, timeoutMs } = this.#options
    const forged = faults.take('Callback', (fault) => fault === 'forged', about) !== undefined
    const wrong = faults.takeWrong('Callback', about)
    const written = message.write(forged ? 'somebody else' : secretKey, wrong)
    const timeout = new AbortController()
    const disarm = schedule.after(timeoutMs, () => timeout.abort())
    const status = await this.#send(url, written, AbortSignal.any([stopping, timeout.signal]))
    disarm()
    if (!stopping.aborted) log({ url, kind, status, attempt, forged })
    return status
  }

  async #send(url: string, { body, headers }: Written, signal: AbortSignal) {
    try {
      const answer = await request(url, {
        ...{ method: 'POST', body, signal, dispatcher: this.#agent },
        headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      })
      await answer.body.dump()
      return answer.statusCode
    } catch {
      // No such host, refused, reset, timed out, or no URL at all: to Netgíró it is all "no answer".
      return null
    }
  }

  /** Gives up on everything under way; what comes later is sent again. */
  stop(): void {
    this.#stopping.abort()
    this.#stopping = new AbortController()
  }

  async close(): Promise<void> {
    this.stop()
    await this.#agent.destroy()
  }
}
