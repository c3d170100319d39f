import { html } from 'lit'
import { clock } from '../format.ts'
import type { WaitingMessages } from '../messages/messages.ts'
import type { View, WaitingActions } from './view.ts'

/** Seconds after which a shopper who has not found the request gets the next piece of help. */
const helpAfter = [20, 45]

/** Netgíró's own window, in seconds; a longer one keeps the bar full until this much is left. */
const usualWindow = 180

/** Until the provider has spoken: time and help while the phone is asked, cancel while it may still help. */
export const waiting: View<WaitingActions, WaitingMessages> = (
  snapshot,
  { left, waited, busy, cancel },
  messages,
) => {
  const { status, phone, cancelRequested } = snapshot
  const asks = status.startsWith('awaiting') && !cancelRequested
  return html`<div part="progress">
      ${phone && status !== 'starting' && html`<p part="phone">${messages.sentTo} <bdi>${phone}</bdi></p>`}
      ${
        asks
          ? html`<p part="timer" role="timer">
                ${left ? `${messages.validFor} ${clock(left)}` : messages.uncertain[0]}
              </p>
              <progress
                part="bar"
                aria-label=${messages.validFor}
                max=${usualWindow}
                .value=${left}
              ></progress>`
          : null
      }
    </div>
    ${
      asks
        ? messages.help.map((text, step) =>
            waited < Number(helpAfter[step]) ? null : html`<p part="help">${text}</p>`,
          )
        : null
    }
    <p part="hint">${messages.mayLeave}</p>
    ${
      cancelRequested || status === 'confirming'
        ? null
        : html`<button part="cancel" aria-disabled=${!!busy} @click=${cancel}>
            ${messages.cancel}
          </button>`
    }`
}
