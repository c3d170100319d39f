import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

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

/** Search and log out; `query` stays in the field. */
export const header = (query: string): Html =>
  html`<header>
    <form role="search" action="checkouts">
      <label for="q">Reference or id</label>
      <input id="q" name="q" value="${query}" autocomplete="off" spellcheck="false" required />
      <button>Find</button>
    </form>
    <form method="post" action="logout"><button class="plain">Log out</button></form>
  </header>`

/** The whole document around a page. */
export const page = (merchantName: string, title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${merchantName}</title>
        <link rel="stylesheet" href="style.css" />
      </head>
      <body>
        ${body}
        <footer>
          ${merchantName} · netgiro-checkout · Times are UTC, the local time in Iceland all year.
        </footer>
      </body>
    </html>`
