import type { CheckoutController } from './checkout-controller.ts'
import type { CommonMessages } from './messages/messages.ts'

/** The seconds before the end of a request that are announced; the headline says that it is the end. */
const limits = [15, 60]

/** Says how much time is left to approve a request: when a limit is reached, and not with every second. */
export class TimeAnnouncer {
  #limit: number | false | undefined
  #seconds = 0

  /** The text for the live region, empty while there is nothing to say. */
  textFor({ snapshot, secondsLeft }: CheckoutController, messages: CommonMessages): string {
    const isValid =
      secondsLeft && snapshot?.status.startsWith('awaiting') && !snapshot.cancelRequested
    const limit = isValid && limits.find((seconds) => secondsLeft <= seconds)
    // Rounded, which no language counts in the singular, and Polish always in the same plural.
    if (limit !== this.#limit) this.#seconds = secondsLeft - (secondsLeft % 5) || 5
    this.#limit = limit
    return limit ? `${messages.validFor} ${this.#seconds} ${messages.seconds ?? ''}` : ''
  }
}
