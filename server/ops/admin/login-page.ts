import { html } from 'hono/html'
import { languageForm, page } from './layout.ts'
import type { Frame, Html } from './layout.ts'

/** @param complaint why the last try was refused; null on the first visit */
export function loginPage(frame: Frame, complaint: string | null): Html {
  const { words, here } = frame
  const { login, layout } = words
  return page(
    frame,
    login.title,
    html`<main class="login">
      <form class="card" method="post" action="login">
        <h1>${layout.support}</h1>
        <label for="token">${login.token}</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          aria-describedby="hint ${complaint === null ? '' : 'complaint'}"
          required
          autofocus
          ${complaint === null ? '' : html`aria-invalid="true"`}
        />
        <p class="quiet" id="hint">${login.tokenHint}</p>
        ${complaint === null ? '' : html`<p class="complaint" id="complaint" role="alert">${complaint}</p>`}
        <button>${login.title}</button>
      </form>
      ${languageForm(words, here)}
    </main>`,
  )
}
