import { html, type TemplateResult } from 'lit'
import { formatDuration } from '../format.ts'
import type { FormMessages } from './messages/messages.ts'

/** Seconds before the end from which on the time is shown: who fills in a form should not watch a clock. */
const lastMinutes = 300

/** The place of the provider's form. */
export const formView = (
  left: number,
  isLoading: boolean,
  messages: FormMessages,
): TemplateResult =>
  html`<p part="hint" .textContent=${isLoading ? messages.loading : ''}></p>
    <slot name="form"></slot>
    ${
      left && left <= lastMinutes
        ? html`<p
            part="timer"
            role="timer"
            .textContent=${`${messages.validFor} ${formatDuration(left)}`}
          ></p>`
        : null
    }`

/** One button, for a start that did not come by itself, or another try. */
export const buttonView = (label: string, busy: boolean, press: () => void): TemplateResult =>
  html`<button part="button" aria-disabled=${busy} @click=${press} .textContent=${label}></button>`
