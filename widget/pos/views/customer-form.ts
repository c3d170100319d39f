import { html } from 'lit/html.js'
import { button } from '../../views/button.ts'
import { replace } from '../../views/replace.ts'
import { errorText } from '../../messages/index.ts'
import type { PosPayerKind } from '../messages/messages.ts'
import { icon } from './icons.ts'
import { nextSale } from './result.ts'
import type { PosView } from './view.ts'

/** The error code of each kind, and the on-screen keyboard for it. */
const fields = {
  phone: { problem: 'invalid_phone', keyboard: 'tel' },
  national_id: { problem: 'invalid_national_id', keyboard: 'numeric' },
  app_code: { problem: 'invalid_app_code', keyboard: 'text' },
} as const satisfies Record<PosPayerKind, object>

export const problemOf = (kind: PosPayerKind) => fields[kind].problem

/** One field for all three kinds; the choice determines only the label, the hint and the on-screen keyboard. */
export const customerForm: PosView = ({ lastAttempt }, actions, messages) => {
  const { checkout, kind, text, invalid, submit, edit, choose, focusChoice, next } = actions
  const { busy } = checkout
  const { label, hint } = messages.kinds[kind]
  const { problem, keyboard } = fields[kind]
  // Its request may still be approved.
  const sign = lastAttempt?.reason === 'outcome_unknown' ? 'unsure' : 'bad'
  return html`${lastAttempt ? icon(sign) : null}
    <form @submit=${submit}>
      <fieldset part="choices" @click=${focusChoice}>
        <legend .textContent=${messages.choose}></legend>
        ${(Object.keys(fields) as PosPayerKind[]).map(
          (each) =>
            html`<label part="choice">
              <input
                type="radio"
                name="kind"
                .checked=${each === kind}
                @change=${() => choose(each)}
              />
              <span .textContent=${messages.kinds[each].label}></span>
            </label>`,
        )}
      </fieldset>
      <label part="label" for="customer" .textContent=${label}></label>
      <input
        part="input"
        id="customer"
        inputmode=${keyboard}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        enterkeyhint="send"
        aria-describedby="hint"
        aria-invalid=${invalid}
        .value=${text}
        @input=${edit}
        @blur=${edit}
        @keydown=${submit}
      />
      <p part="hint" id="hint" .textContent=${invalid ? errorText(problem, messages) : hint}></p>
      ${button('button', busy === 'start' ? messages.status.starting[0] : messages.send, submit, busy)}
      ${checkout.blocked ? button('replace', messages.replace, () => replace(checkout)) : null}
    </form>
    ${lastAttempt ? nextSale(next, messages, 'F2') : null}`
}
