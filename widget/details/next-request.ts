import { isFinal, parsePhone, type Snapshot } from '../../server/protocol/index.ts'
import { isCancelable } from '../cancelable.ts'
import type { CheckoutController } from '../checkout-controller.ts'
import type { Platform } from '../platform.ts'

/** What another request needs. */
export interface NextRequestOptions {
  readonly element: EventTarget & {
    readonly snapshot: Snapshot | null
    readonly problem: string | null
    readonly platform: Platform
    matches(selector: string): boolean
    start(): Promise<void>
    cancel(): Promise<void>
    focus(): void
  }
  readonly checkout: CheckoutController
  /** The text in the field, or what it would contain; with a text, sets it. */
  readonly phone: (text?: string) => string
}

/** A page that was frozen does not send a request that nobody expects any more. */
const longestWaitMs = 60_000

/** Cancels a request and prepares another one, which is not sent before the first is known to be over. */
export class NextRequest {
  readonly #options: NextRequestOptions
  #wanted: 'resend' | 'change' | null = null
  /** The checkout that it is wanted for. */
  #reference: string | undefined
  #wantedAt = 0
  /** The masked number that the request went to. */
  #sentTo = ''

  constructor(options: NextRequestOptions) {
    this.#options = options
  }

  /** Sends the request to the same number again. */
  resend = (): void => void this.#cancel('resend')

  /** Returns to the number, so that the shopper can change it. */
  change = (): void => void this.#cancel('change')

  async #cancel(wanted: 'resend' | 'change'): Promise<void> {
    const { element } = this.#options
    this.#wanted = wanted
    this.#wantedAt = element.platform.now()
    this.#reference = element.snapshot?.reference
    this.#sentTo = element.snapshot?.phone ?? ''
    await element.cancel()
    if (element.problem) this.#wanted = null
  }

  /** Called after each update: does what is wanted once the cancellation is confirmed, and drops it after any other end. */
  goOn(): void {
    const { element, checkout, phone } = this.#options
    const { snapshot } = element
    const wanted = this.#wanted
    if (!wanted || !snapshot || checkout.busy) return
    const { status, reference, uncertain, cancelRequested, lastAttempt } = snapshot
    const isOver = status === 'open' && !uncertain && !cancelRequested
    // Another window has sent the next one.
    const isOther = isCancelable(snapshot)
    const isLate = element.platform.now() - this.#wantedAt > longestWaitMs
    const isVoid = isOther || isLate || reference !== this.#reference
    if (isOver || isVoid || isFinal(status)) this.#wanted = null
    // The shopper may have chosen another way to pay meanwhile, for which the page disables this one.
    if (!isOver || isVoid || element.matches(':disabled')) return
    // The request may have been sent by another device, and the field contain a number of this one.
    const isSameNumber = parsePhone(phone())?.endsWith(this.#sentTo.replace(/\D/g, ''))
    const canResend = lastAttempt?.outcome === 'canceled' && isSameNumber
    if (wanted === 'resend' && canResend) void element.start()
    else element.focus()
  }
}
