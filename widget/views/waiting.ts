import { html } from 'lit/html.js'
import { isCancelable } from '../cancelable.ts'
import { formatDuration } from '../format.ts'
import type { WaitingMessages } from '../messages/messages.ts'
import { button } from './button.ts'
import type { View, WaitingActions } from './view.ts'

/**
 * Shown until the provider reports a result: time left and advice, and a cancel button while that can still help. The bar is
 * as long as Netgíró's own approval timeout; with a longer one it stays full until this much is left.
 */
export const waiting: View<WaitingActions, WaitingMessages> = (
  snapshot,
  { checkout, cancel, help },
  messages,
) => {
  const { secondsLeft, busy } = checkout
  const { status, phone, uncertain, cancelRequested } = snapshot
  // When the time is over, the payment server cancels by itself, and takes no other cancellation.
  const canCancel = secondsLeft && isCancelable(snapshot)
  return html`<div part="progress">
      ${
        phone && (status !== 'starting' || uncertain || cancelRequested)
          ? html`<p part="phone">
              <span .textContent=${messages.sentTo}></span>
              <bdi translate="no" .textContent=${phone}></bdi>
            </p>`
          : null
      }
      ${
        canCancel && status !== 'starting'
          ? html`<p
                part="timer"
                role="timer"
                .textContent=${`${messages.validFor} ${formatDuration(secondsLeft)}`}
              ></p>
              <progress part="bar" aria-hidden="true" max="180" .value=${secondsLeft}></progress>`
          : null
      }
    </div>
    ${help} ${canCancel ? button('cancel', messages.cancel, cancel, busy) : null}`
}
