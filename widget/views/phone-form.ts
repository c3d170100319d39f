import { html } from 'lit'
import type { View } from './view.ts'

export const phoneForm: View = (_snapshot, { phone, refused, busy, submit, edit }, messages) =>
  html`<form @submit=${submit}>
    <label part="label" for="phone">${messages.phone}</label>
    <input
      part="input"
      id="phone"
      type="tel"
      inputmode="tel"
      autocomplete="tel-national"
      enterkeyhint="send"
      aria-describedby="hint"
      aria-invalid=${refused}
      .value=${phone}
      @input=${edit}
      @blur=${edit}
    />
    <p part="hint" id="hint">${refused ? messages.says.invalid_phone : messages.hint}</p>
    <button part="button" aria-disabled=${!!busy}>
      ${busy ? messages.status.starting[0] : messages.send}
    </button>
  </form>`
