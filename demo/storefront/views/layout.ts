import { html } from 'hono/html'
import type { Language } from '../catalogue.ts'
import type { Messages } from '../messages/is.ts'

export type Markup = ReturnType<typeof html>

export interface Frame {
  readonly language: Language
  readonly t: Messages
  readonly path: string
  readonly piecesInCart: number
}

export interface Page {
  readonly title: string
  readonly content: Markup
  /** Module scripts, by address. */
  readonly scripts?: readonly string[]
  /** Without header and footer. */
  readonly isPlain?: boolean
}

export function layout(frame: Frame, { title, content, scripts = [], isPlain }: Page): Markup {
  const { language, t } = frame
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${t.shop}</title>
        <link rel="icon" href="/static/art/logo.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/static/shop.css" />
        ${scripts.map((src) => html`<script type="module" src="${src}"></script>`)}
      </head>
      <body>
        ${isPlain ? '' : top(frame)}
        <main id="content">${content}</main>
        ${isPlain ? '' : bottom(frame)}
      </body>
    </html>`
}

const top = (frame: Frame): Markup => {
  const { t, piecesInCart } = frame
  return html`<a class="skip" href="#content">${t.skip}</a>
    <header class="top">
      <a class="brand" href="/"
        ><img src="/static/art/logo.svg" alt="" width="36" height="36" /><span>${t.shop}</span></a
      >
      <nav class="demos" aria-label="${t.demos}">
        ${navLink(frame, '/', t.webShop)} ${navLink(frame, '/pos', t.pos)}
        ${navLink(frame, '/sweden', t.sweden)}
      </nav>
      <nav class="tools" aria-label="${t.cart}">
        ${languageSwitch(frame)}
        <a class="cart-link" href="/cart" aria-label="${t.cartWith(piecesInCart)}"
          >${t.cart} ${piecesInCart > 0 ? html`<span class="count">${piecesInCart}</span>` : ''}</a
        >
      </nav>
    </header>`
}

const bottom = ({ t }: Frame): Markup =>
  html`<footer class="bottom">
    <p>${t.footer}</p>
    <p><a href="/shopkeeper">${t.shopkeeper}</a> · <a href="/gallery">${t.gallery}</a></p>
  </footer>`

const navLink = ({ path }: Frame, to: string, name: string): Markup =>
  path === to
    ? html`<a href="${to}" aria-current="page">${name}</a>`
    : html`<a href="${to}">${name}</a>`

/** A form, because it changes state: any page could follow a link. */
function languageSwitch({ language, t, path }: Frame): Markup {
  const other = language === 'is' ? 'en' : 'is'
  return html`<form method="post" action="/language">
    <input type="hidden" name="language" value="${other}" />
    <input type="hidden" name="back" value="${path}" />
    <button class="plain" lang="${other}">${t.otherLanguage}</button>
  </form>`
}
