import { Agent, request } from 'undici'

import type { Faults } from './faults.ts'
import type { Schedule } from './schedule.ts'
import { newNonce, sign } from './signature.ts'

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
  readonly body: string
  /** Told of every attempt that was made. */
  readonly log: (record: CallbackRecord) => void
}

export type Delivery = 'acknowledged' | 'refused' | 'unsent'

export interface CallbackOptions {
  readonly secretKey: string
  readonly schedule: Schedule
  readonly faults: Faults
  readonly timeoutMs: number
  readonly retryMs: number
}

/** What the simulator sends by itself: signed like its answers, tried twice. */
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
    const fault = faults.take('Callback', (kind) => kind !== 'before_answer' && kind !== 'forged')
    if (fault?.kind === 'never') return 'unsent'
    if (fault?.kind === 'delay') await schedule.sleep(fault.ms)

    // [netgiro] callbacks (V2; the V1 pages are silent): one retry, then the sale is cancelled.
    for (const attempt of [1, 2]) {
      if (attempt > 1) await schedule.sleep(retryMs)
      const status = await this.#post(message, attempt, signal)
      if (attempt === 1 && fault?.kind === 'duplicate') await this.#post(message, attempt, signal)
      if (signal.aborted) return 'unsent'
      // [netgiro] insert-cart: "considered acknowledged only if they respond with 200 OK".
      if (status === 200) return 'acknowledged'
    }
    return 'refused'
  }

  async #post(message: Message, attempt: number, stopping: AbortSignal): Promise<number | null> {
    const { kind, url, body, log } = message
    const forged = this.#options.faults.take('Callback', (fault) => fault === 'forged')
    const timeout = new AbortController()
    const disarm = this.#options.schedule.after(this.#options.timeoutMs, () => timeout.abort())
    const status = await this.#send(
      { url, body, forged: forged !== undefined },
      AbortSignal.any([stopping, timeout.signal]),
    )
    disarm()
    if (!stopping.aborted) log({ url, kind, status, attempt, forged: forged !== undefined })
    return status
  }

  async #send(
    { url, body, forged }: { url: string; body: string; forged: boolean },
    signal: AbortSignal,
  ): Promise<number | null> {
    const nonce = newNonce()
    const secretKey = forged ? 'somebody else' : this.#options.secretKey
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      netgiro_nonce: nonce,
      // Over the URL exactly as InsertCart gave it.
      netgiro_signature: sign(secretKey, { nonce, url, body }),
    }
    try {
      const dispatcher = this.#agent
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher })
      await answer.body.dump()
      return answer.statusCode
    } catch {
      // No such host, refused, reset, timed out, or no URL at all: to Netgíró it is all "no 200".
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
