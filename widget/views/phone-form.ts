import { html } from 'lit/html.js'
import { button } from './button.ts'
import type { View } from './view.ts'

/**
 * Works without native form submission, because a page may forbid forms or intercept the Enter key: `submit` handles
 * clicks on the button and key presses in the field.
 */
export const phoneForm: View = ({ lastAttempt }, actions, messages) => {
  const { checkout, phone, invalid, submit, edit, outcome, help } = actions
  const { busy } = checkout
  // There may be a request already, so this must not be the button that a hurried shopper presses.
  const part = lastAttempt?.reason === 'outcome_unknown' ? 'button quiet' : 'button'
  const label = (lastAttempt && messages.sendAgain) || messages.send
  return html`${outcome}
    <form @submit=${submit}>
      <label part="label" for="phone" .textContent=${messages.phone}></label>
      <input
        part="input"
        id="phone"
        type="tel"
        inputmode="tel"
        autocomplete="tel-national"
        enterkeyhint="send"
        aria-describedby="hint"
        aria-invalid=${invalid}
        .value=${phone}
        @input=${edit}
        @blur=${edit}
        @keydown=${submit}
      />
      <p
        part="hint"
        id="hint"
        .textContent=${invalid ? messages.errors.invalid_phone : messages.hint}
      ></p>
      ${button(part, busy === 'start' ? messages.status.starting[0] : label, submit, busy)} ${help}
    </form>
    <slot name="other"></slot>`
}
