import type { CallbackContent, CallbackSender } from '../simulator-kit/callback-sender.ts'
import type { Schedule } from '../simulator-kit/schedule.ts'
import {
  isCorruption,
  takeCorruption,
  type Corruption,
  type FaultKind,
  type Faults,
} from './faults.ts'

export type CallbackKind = 'payment' | 'cancel'

export interface CallbackRecord {
  readonly url: string
  readonly kind: CallbackKind
  /** The HTTP status, or null without a response. */
  readonly status: number | null
  readonly attempt: number
  readonly forged: boolean
}

/** How an API writes its callbacks and reads their responses. */
export interface CallbackFormat {
  /** Called for every attempt, each of which is signed anew. */
  readonly write: (secretKey: string, corruption: Corruption | undefined) => CallbackContent
  readonly isAcknowledged: (status: number) => boolean
}

export interface Callback extends CallbackFormat {
  readonly kind: CallbackKind
  readonly url: string
  readonly transactionId: string
  /** Called after every attempt. */
  readonly log: (record: CallbackRecord) => void
  /** Called before it waits until it is sent, or sent again. */
  readonly putOff: () => void
}

export type DeliveryResult = 'acknowledged' | 'refused' | 'unsent'

export interface CallbackOptions {
  readonly sender: CallbackSender
  readonly credentials: { readonly signingKey: string }
  readonly schedule: Schedule
  readonly faults: Faults
  readonly retryMs: number
}

/** Faults of one attempt; the others are faults of the whole delivery. */
const isOfAttempt = (kind: FaultKind) => kind === 'forged' || isCorruption(kind)

/** Delivers callbacks in at most two attempts. */
export class Callbacks {
  readonly #options: CallbackOptions

  constructor(options: CallbackOptions) {
    this.#options = options
  }

  async deliver(callback: Callback): Promise<DeliveryResult> {
    const { sender, faults, schedule, retryMs } = this.#options
    const { stopping } = sender
    const isOfDelivery = (kind: FaultKind) => kind !== 'before_answer' && !isOfAttempt(kind)
    const fault = faults.take('Callback', isOfDelivery, callback.transactionId)
    if (fault?.kind === 'never') return 'unsent'
    if (fault?.kind === 'delay') {
      callback.putOff()
      await schedule.sleep(fault.ms)
    }

    // [netgiro] callbacks (V2; the V1 pages do not mention it): one retry, then the sale is cancelled.
    for (const attempt of [1, 2]) {
      if (attempt > 1) {
        callback.putOff()
        await schedule.sleep(retryMs)
      }
      const status = await this.#post(callback, attempt, stopping)
      if (attempt === 1 && fault?.kind === 'duplicate')
        await this.#post(callback, attempt, stopping)
      if (stopping.aborted) return 'unsent'
      if (status !== null && callback.isAcknowledged(status)) return 'acknowledged'
    }
    return 'refused'
  }

  async #post(callback: Callback, attempt: number, stopping: AbortSignal): Promise<number | null> {
    const { kind, url, transactionId, log } = callback
    const { sender, faults, credentials } = this.#options
    const forged = faults.takeKind('Callback', 'forged', transactionId) !== undefined
    const corruption = takeCorruption(faults, 'Callback', transactionId)
    const content = callback.write(
      forged ? 'not the secret key' : credentials.signingKey,
      corruption,
    )
    const status = await sender.post(url, content, stopping)
    if (!stopping.aborted) log({ url, kind, status, attempt, forged })
    return status
  }
}
