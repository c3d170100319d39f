import { randomBytes } from 'node:crypto'

import type { CallbackSender } from '../simulator-kit/callback-sender.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import type { Faults } from './faults.ts'

export interface NotificationRecord {
  readonly url: string
  readonly purchaseId: string
  /** The HTTP status, or null without a response. */
  readonly status: number | null
  readonly attempt: number
  /** It named a purchase that does not exist. */
  readonly forged: boolean
}

export interface NotificationOptions {
  readonly sender: CallbackSender
  readonly schedule: Schedule
  readonly faults: Faults
  /** [avarda] server-side-callback: a static header, if one was agreed upon. */
  readonly authorization: string | null
  readonly retryMs: number
  readonly tries: number
}

interface Message {
  readonly url: string
  readonly purchaseId: string
  /** Called after every attempt. */
  readonly log: (record: NotificationRecord) => void
}

/** [avarda] server-side-callback: POST {"purchaseId"} when a purchase was completed, and on no other occasion. */
export class Notifications {
  readonly #options: NotificationOptions

  constructor(options: NotificationOptions) {
    this.#options = options
  }

  /** Settles after the first attempt; further ones follow on the clock. */
  async send(message: Message): Promise<void> {
    const { sender, faults, schedule } = this.#options
    const { stopping } = sender
    const fault = faults.take('Notification', (kind) => kind !== 'before_done')
    if (fault?.kind === 'never') return
    if (fault?.kind === 'delay') await schedule.sleep(fault.ms)
    if (fault?.kind === 'forged') await this.#post({ ...message, forged: true }, 1, stopping)
    if (fault?.kind === 'duplicate') await this.#post(message, 1, stopping)
    await this.#attempt(message, 1, stopping)
  }

  // [avarda] Checkout 3's server-side-callbacks: anything but a 2xx is tried again, every 10 minutes, 20 times at most.
  // The documents of Checkout 2 do not say.
  async #attempt(message: Message, attempt: number, stopping: AbortSignal): Promise<void> {
    const status = await this.#post(message, attempt, stopping)
    const { schedule, retryMs, tries } = this.#options
    if (stopping.aborted || isAccepted(status) || attempt >= tries) return
    schedule.after(retryMs, () => void this.#attempt(message, attempt + 1, stopping))
  }

  async #post(
    { url, purchaseId: real, log, forged = false }: Message & { readonly forged?: boolean },
    attempt: number,
    stopping: AbortSignal,
  ): Promise<number | null> {
    const { sender, authorization } = this.#options
    const purchaseId = forged ? randomBytes(16).toString('hex') : real
    const headers: Record<string, string> = authorization === null ? {} : { authorization }
    const body = JSON.stringify({ purchaseId })
    const status = await sender.post(url, { body, headers }, stopping)
    if (!stopping.aborted) log({ url, purchaseId, status, attempt, forged })
    return status
  }
}

const isAccepted = (status: number | null) => status !== null && status >= 200 && status < 300
