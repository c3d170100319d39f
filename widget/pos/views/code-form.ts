import { html } from 'lit/html.js'
import { button } from '../../views/button.ts'
import { waitingForCustomer } from './waiting-for-customer.ts'
import type { PosView } from './view.ts'

export const codeForm: PosView = (snapshot, actions, messages) => {
  const { checkout, text, invalid, submit, edit } = actions
  const { busy, secondsLeft } = checkout
  const { code, cancelRequested } = snapshot
  if (cancelRequested || !(secondsLeft || busy === 'code'))
    return waitingForCustomer(snapshot, actions, messages)
  const wasWrong = code?.refused && !text
  const left = code?.refused ? messages.triesLeft(code.triesLeft) : messages.codeHint
  const hint = wasWrong ? `${messages.wrongCode} ${left}` : left
  return html`<form @submit=${submit}>
      <label part="label" for="code" .textContent=${messages.code}></label>
      <input
        part="input"
        class="code"
        id="code"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        enterkeyhint="done"
        aria-describedby="hint"
        aria-invalid=${invalid || !!wasWrong}
        .value=${text}
        @input=${edit}
        @keydown=${submit}
      />
      <p part="hint" id="hint" .textContent=${invalid ? messages.errors.invalid_code : hint}></p>
      ${button('button', busy === 'code' ? messages.checkingCode : messages.submitCode, submit, busy)}
    </form>
    ${waitingForCustomer(snapshot, actions, messages)}`
}
