import { html, type TemplateResult } from 'lit/html.js'
import { formatDuration } from '../format.ts'
import type { FormMessages } from './messages/messages.ts'

/** The countdown appears only near the end, so that it does not distract from filling in the form. */
const timerShownBelowSeconds = 300

/** The slot for the provider's form, with a loading text over it while it is empty, and the countdown below. */
export const formView = (
  secondsLeft: number,
  isLoading: boolean,
  messages: FormMessages,
): TemplateResult =>
  html`<div>
      <p part="hint" .textContent=${isLoading ? messages.loading : ''}></p>
      <slot name="form"></slot>
    </div>
    ${
      secondsLeft && secondsLeft <= timerShownBelowSeconds
        ? html`<p
            part="timer"
            role="timer"
            .textContent=${`${messages.validFor} ${formatDuration(secondsLeft)}`}
          ></p>`
        : null
    }`
