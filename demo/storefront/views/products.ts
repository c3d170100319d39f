import { html } from 'hono/html'
import type { Currency, Product } from '../catalogue.ts'
import { money } from '../money.ts'
import type { Stock } from '../stock.ts'
import { layout, type Frame, type Markup } from './layout.ts'

export const productsPage = (frame: Frame, products: readonly Product[], stock: Stock): Markup =>
  layout(frame, {
    title: frame.t.products,
    content: html`<div class="hero">
        <h1>${frame.t.tagline}</h1>
      </div>
      <ul class="shelf">
        ${products.map((product) => card(frame, product, stock.left(product)))}
      </ul>`,
  })

/** The products for Sweden, each paid separately through Avarda; those with a limited stock are not exported. */
export const swedenPage = (frame: Frame, products: readonly Product[]): Markup =>
  layout(frame, {
    title: frame.t.sweden,
    content: html`<div class="hero">
        <h1>${frame.t.swedenTagline}</h1>
        <p>${frame.t.swedenText}</p>
      </div>
      <ul class="shelf">
        ${products.map((product) => card(frame, product, null, 'SEK'))}
      </ul>`,
  })

const buying = {
  ISK: { action: '/cart/add', button: 'addToCart', named: 'addNamedToCart' },
  SEK: { action: '/sweden', button: 'buy', named: 'buyNamed' },
} as const

const card = (
  { t, language }: Frame,
  { id, name, about, prices, tint }: Product,
  left: number | null,
  currency: Currency = 'ISK',
): Markup => {
  const { action, button, named } = buying[currency]
  return html`<li class="card">
    <div class="picture ${tint}">
      <img src="/static/art/${id}.svg" alt="" width="240" height="240" />
    </div>
    <h2>${name[language]}</h2>
    <p class="about">
      ${about[language]}${left === null ? '' : html` <strong>${left > 0 ? t.left(left) : t.soldOut}</strong>`}
    </p>
    <form class="buy" method="post" action="${action}">
      <span class="price">${money(prices[currency], currency, language)}</span>
      <input type="hidden" name="product" value="${id}" />
      <button aria-label="${t[named](name[language])}">${t[button]}</button>
    </form>
  </li>`
}
