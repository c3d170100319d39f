import { html } from 'lit'
import { waitingForCustomer } from './waiting-for-customer.ts'
import type { PosView } from './view.ts'

export const codeForm: PosView = (snapshot, actions, messages) => {
  const { text, invalid, busy, submit, edit } = actions
  const { code, cancelRequested } = snapshot
  if (cancelRequested) return waitingForCustomer(snapshot, actions, messages)
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
      <button
        part="button"
        type="button"
        aria-disabled=${!!busy}
        @click=${submit}
        .textContent=${busy === 'code' ? messages.checkingCode : messages.submitCode}
      ></button>
    </form>
    ${waitingForCustomer(snapshot, actions, messages)}`
}
