import type { CallbackContent, CallbackSender } from '../simulator-kit/callback-sender.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import { isWrong, takeWrong, type FaultKind, type Faults, type Wrong } from './faults.ts'

export type CallbackKind = 'payment' | 'cancel'

export interface CallbackRecord {
  readonly url: string
  readonly kind: CallbackKind
  /** The HTTP status, or null without a response. */
  readonly status: number | null
  readonly attempt: number
  readonly forged: boolean
}

export interface Message {
  readonly kind: CallbackKind
  readonly url: string
  /** The TransactionId. */
  readonly about: string
  /** Called for every attempt, each of which is signed anew. */
  readonly write: (secretKey: string, wrong: Wrong | undefined) => CallbackContent
  readonly acknowledges: (status: number) => boolean
  /** Called after every attempt. */
  readonly log: (record: CallbackRecord) => void
}

export type Delivery = 'acknowledged' | 'refused' | 'unsent'

export interface CallbackOptions {
  readonly sender: CallbackSender
  readonly secretKey: string
  readonly schedule: Schedule
  readonly faults: Faults
  readonly retryMs: number
}

/** The faults of one attempt; the others are of the delivery. */
const isOfAttempt = (kind: FaultKind) => kind === 'forged' || isWrong(kind)

/** Delivers callbacks: signed as each API has it, at most two attempts. */
export class Callbacks {
  readonly #options: CallbackOptions

  constructor(options: CallbackOptions) {
    this.#options = options
  }

  async deliver(message: Message): Promise<Delivery> {
    const { sender, faults, schedule, retryMs } = this.#options
    const { stopping } = sender
    const isOfDelivery = (kind: FaultKind) => kind !== 'before_answer' && !isOfAttempt(kind)
    const fault = faults.take('Callback', isOfDelivery, message.about)
    if (fault?.kind === 'never') return 'unsent'
    if (fault?.kind === 'delay') await schedule.sleep(fault.ms)

    // [netgiro] callbacks (V2; the V1 pages are silent): one retry, then the sale is cancelled.
    for (const attempt of [1, 2]) {
      if (attempt > 1) await schedule.sleep(retryMs)
      const status = await this.#post(message, attempt, stopping)
      if (attempt === 1 && fault?.kind === 'duplicate') await this.#post(message, attempt, stopping)
      if (stopping.aborted) return 'unsent'
      if (status !== null && message.acknowledges(status)) return 'acknowledged'
    }
    return 'refused'
  }

  async #post(message: Message, attempt: number, stopping: AbortSignal): Promise<number | null> {
    const { kind, url, about, log } = message
    const { sender, faults, secretKey } = this.#options
    const forged = faults.takeKind('Callback', 'forged', about) !== undefined
    const wrong = takeWrong(faults, 'Callback', about)
    const content = message.write(forged ? 'somebody else' : secretKey, wrong)
    const status = await sender.post(url, content, stopping)
    if (!stopping.aborted) log({ url, kind, status, attempt, forged })
    return status
  }
}
