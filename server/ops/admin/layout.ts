import { html } from 'hono/html'
import { otherLanguageOf } from './language.ts'
import type { Words } from './words/words.ts'

export type Html = ReturnType<typeof html>

/** What surrounds every page. */
export interface Frame {
  readonly merchantName: string
  readonly words: Words
  /** This page's own URL, relative, to come back to it in the other language. */
  readonly here: string
}

/** Names and values, side by side where there is room. */
export const definitions = (entries: readonly (readonly [string, string | Html])[]): Html =>
  html`<dl>
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`

export const code = (text: string): Html => html`<code>${text}</code>`
export const quiet = (text: string): Html => html`<p class="quiet">${text}</p>`

/** Search by reference, and what leads elsewhere; `query` stays in the field. */
export const header = ({ words, here }: Frame, query: string): Html =>
  html`<header>
    <form role="search" action="checkouts">
      <label for="q">${words.layout.reference}</label>
      <input id="q" name="q" value="${query}" autocomplete="off" spellcheck="false" required />
      <button>${words.layout.find}</button>
    </form>
    <div class="session">
      ${languageForm(words, here)}
      <form method="post" action="logout">
        <button class="plain">${words.layout.logOut}</button>
      </form>
    </div>
  </header>`

/** By a button and not by a link: it is remembered. */
export const languageForm = (words: Words, here: string): Html =>
  html`<form method="post" action="language">
    <input type="hidden" name="back" value="${here}" />
    <button
      class="plain"
      name="to"
      value="${otherLanguageOf(words)}"
      lang="${otherLanguageOf(words)}"
    >
      ${words.layout.otherLanguage}
    </button>
  </form>`

export const toStart = ({ words }: Frame): Html =>
  html`<p><a href="checkouts">← ${words.layout.start}</a></p>`

/** The whole document around a page. */
export const page = ({ merchantName, words }: Frame, title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="${words.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${merchantName}</title>
        <link rel="stylesheet" href="style.css" />
      </head>
      <body>
        ${body}
        <footer>${merchantName} · netgiro-checkout · ${words.layout.times}</footer>
      </body>
    </html>`
