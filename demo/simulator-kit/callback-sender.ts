import { Agent, request } from 'undici'

import type { Schedule } from './schedule.ts'

export interface CallbackContent {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** POSTs JSON to a shop; the timeout runs on the simulator's clock. */
export class CallbackSender {
  readonly #schedule: Schedule
  readonly #timeoutMs: number
  readonly #agent = new Agent()
  #stopping = new AbortController()

  constructor(schedule: Schedule, timeoutMs: number) {
    this.#schedule = schedule
    this.#timeoutMs = timeoutMs
  }

  /** Aborts with the next `stop`; one delivery, retries included, keeps to the signal that it began with. */
  get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  /** @returns the HTTP status, or null without a response: unknown host, refused, reset, timeout, or an invalid URL */
  async post(
    url: string,
    { body, headers }: CallbackContent,
    stopping: AbortSignal,
  ): Promise<number | null> {
    const timeout = new AbortController()
    const disarm = this.#schedule.after(this.#timeoutMs, () => timeout.abort())
    try {
      const response = await request(url, {
        ...{ method: 'POST', body, dispatcher: this.#agent },
        signal: AbortSignal.any([stopping, timeout.signal]),
        headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      })
      await response.body.dump()
      return response.statusCode
    } catch {
      return null
    } finally {
      disarm()
    }
  }

  /** Aborts every request that is under way; later ones are sent as before. */
  stop(): void {
    this.#stopping.abort()
    this.#stopping = new AbortController()
  }

  async close(): Promise<void> {
    this.stop()
    await this.#agent.destroy()
  }
}
