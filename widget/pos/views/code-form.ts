import { html } from 'lit'
import { asking } from './asking.ts'
import type { TillView } from './view.ts'

export const codeForm: TillView = (snapshot, actions, messages) => {
  const { text, refused, busy, submit, edit } = actions
  const { code, cancelRequested } = snapshot
  if (cancelRequested) return asking(snapshot, actions, messages)
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
        aria-invalid=${refused || !!wasWrong}
        .value=${text}
        @input=${edit}
        @keydown=${submit}
      />
      <p part="hint" id="hint" .textContent=${refused ? messages.errors.invalid_code : hint}></p>
      <button
        part="button"
        type="button"
        aria-disabled=${!!busy}
        @click=${submit}
        .textContent=${busy === 'code' ? messages.checkingCode : messages.giveCode}
      ></button>
    </form>
    ${asking(snapshot, actions, messages)}`
}
