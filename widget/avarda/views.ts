import { html, type TemplateResult } from 'lit'
import { formatDuration } from '../format.ts'
import type { FormMessages } from './messages/messages.ts'

/** Seconds before the end from which on the time is shown: who fills in a form should not watch a clock. */
const timerShownBelowSeconds = 300

/** The place of the provider's form. */
export const formView = (
  secondsLeft: number,
  isLoading: boolean,
  messages: FormMessages,
): TemplateResult =>
  html`<p part="hint" .textContent=${isLoading ? messages.loading : ''}></p>
    <slot name="form"></slot>
    ${
      secondsLeft && secondsLeft <= timerShownBelowSeconds
        ? html`<p
            part="timer"
            role="timer"
            .textContent=${`${messages.validFor} ${formatDuration(secondsLeft)}`}
          ></p>`
        : null
    }`

/** One button, for a start that did not come by itself, or another try. */
export const buttonView = (label: string, busy: boolean, onPress: () => void): TemplateResult =>
  html`<button
    part="button"
    aria-disabled=${busy}
    @click=${onPress}
    .textContent=${label}
  ></button>`
