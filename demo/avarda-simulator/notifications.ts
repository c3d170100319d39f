import { randomBytes } from 'node:crypto'

import { Agent, request } from 'undici'

import type { Later } from './clock.ts'
import type { Faults } from './faults.ts'

export interface NotificationRecord {
  readonly url: string
  readonly purchaseId: string
  /** The HTTP status, or null when there was no answer. */
  readonly status: number | null
  readonly attempt: number
  /** It spoke of a purchase that there is not. */
  readonly forged: boolean
}

export interface NotificationOptions {
  readonly later: Later
  readonly faults: Faults
  /** [avarda] server-side-callback: a static header, when one was agreed upon. */
  readonly authorization: string | null
  readonly timeoutMs: number
  readonly retryMs: number
  readonly tries: number
}

interface Message {
  readonly url: string
  readonly purchaseId: string
  /** Told of every attempt that was made. */
  readonly log: (record: NotificationRecord) => void
}

/** [avarda] server-side-callback: POST {"purchaseId"} when a purchase was completed, and on no other occasion. */
export class Notifications {
  readonly #options: NotificationOptions
  readonly #agent = new Agent()
  #stopping = new AbortController()

  constructor(options: NotificationOptions) {
    this.#options = options
  }

  /** Settles after the first attempt; further ones follow on the clock. */
  async send(message: Message): Promise<void> {
    const { faults, later } = this.#options
    const { signal } = this.#stopping
    const fault = faults.take('Notification', (kind) => kind !== 'before_done')
    if (fault?.kind === 'never') return
    if (fault?.kind === 'delay') await later.sleep(fault.ms)
    if (fault?.kind === 'forged') await this.#post({ ...message, forged: true }, 1, signal)
    if (fault?.kind === 'duplicate') await this.#post(message, 1, signal)
    await this.#attempt(message, 1, signal)
  }

  // [avarda] Checkout 3's server-side-callbacks: anything but a 2xx is tried again, every 10 minutes, 20 times at most.
  // Of Checkout 2 nothing is said.
  async #attempt(message: Message, attempt: number, stopping: AbortSignal): Promise<void> {
    const status = await this.#post(message, attempt, stopping)
    const { later, retryMs, tries } = this.#options
    if (stopping.aborted || isGood(status) || attempt >= tries) return
    later.after(retryMs, () => void this.#attempt(message, attempt + 1, stopping))
  }

  async #post(
    { url, purchaseId: real, log, forged = false }: Message & { readonly forged?: boolean },
    attempt: number,
    stopping: AbortSignal,
  ): Promise<number | null> {
    const purchaseId = forged ? randomBytes(16).toString('hex') : real
    const timeout = new AbortController()
    const disarm = this.#options.later.after(this.#options.timeoutMs, () => timeout.abort())
    const signal = AbortSignal.any([stopping, timeout.signal])
    const status = await this.#exchange(url, JSON.stringify({ purchaseId }), signal)
    disarm()
    if (!stopping.aborted) log({ url, purchaseId, status, attempt, forged })
    return status
  }

  async #exchange(url: string, body: string, signal: AbortSignal): Promise<number | null> {
    const { authorization } = this.#options
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      ...(authorization === null ? {} : { authorization }),
    }
    try {
      const dispatcher = this.#agent
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher })
      await answer.body.dump()
      return answer.statusCode
    } catch {
      // No such host, refused, reset, timed out, or no URL at all.
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

const isGood = (status: number | null) => status !== null && status >= 200 && status < 300
