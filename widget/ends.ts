import type { Snapshot } from '../server/protocol/index.ts'
import type { CheckoutController } from './checkout-controller.ts'
import type { CommonMessages, Headline } from './messages/messages.ts'

/** After a longer wait than this, the shopper is advised to pay another way instead. */
const maxRetryMinutes = 90

/** Says more of an end and of a refusal than the texts that are there from the start. */
export class Ends {
  readonly #checkout: CheckoutController
  /** Whether cancellation of this attempt was requested; if it is paid anyway, a text explains that. */
  #cancelRequested = false

  constructor(checkout: CheckoutController) {
    this.#checkout = checkout
  }

  /** Called after each rendering of the element. */
  hostUpdated(): void {
    const { snapshot, busy, problem, failedAction } = this.#checkout
    const hasFailed = problem && failedAction === 'cancel'
    if (busy === 'cancel' || snapshot?.cancelRequested) this.#cancelRequested = true
    else if (!snapshot || hasFailed || /open|starting|awaiting/.test(snapshot.status))
      this.#cancelRequested = false
  }

  /** The heading and text for a payment that could not be canceled any more, and for one that the shop has canceled. */
  headline(
    { status, lastAttempt }: Snapshot,
    { status: texts, errors, tooLate }: CommonMessages,
  ): Headline | undefined {
    if (status === 'canceled' && lastAttempt?.reason === 'canceled_by_shop') {
      const [title, text] = texts.canceled
      return [title, `${errors.canceled_by_shop ?? ''} ${text}`]
    }
    return status === 'paid' && this.#cancelRequested ? tooLate : undefined
  }

  /** The text for the checkout's problem: with the time to wait instead of the text given, and with what failed. */
  errorText(text: string, { tryAgainIn, cancelFailed = '' }: CommonMessages): string {
    const { retryAfter, failedAction, problem } = this.#checkout
    const minutes = problem === 'too_many_requests' ? Math.ceil(retryAfter / 60) : 0
    const error = (minutes && minutes <= maxRetryMinutes && tryAgainIn?.(minutes)) || text
    return failedAction === 'cancel' && error ? `${cancelFailed} ${error}` : error
  }
}
