import { html } from 'hono/html'
import type { Product } from '../catalogue.ts'
import { kronur } from '../money.ts'
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

const card = (
  { t, language }: Frame,
  { id, name, about, price, tint }: Product,
  left: number | null,
): Markup =>
  html`<li class="card">
    <div class="picture ${tint}">
      <img src="/static/art/${id}.svg" alt="" width="240" height="240" />
    </div>
    <h2>${name[language]}</h2>
    <p class="about">
      ${about[language]}${left === null ? '' : html` <strong>${left > 0 ? t.left(left) : t.soldOut}</strong>`}
    </p>
    <form class="buy" method="post" action="/cart/add">
      <span class="price">${kronur(price, language)}</span>
      <input type="hidden" name="product" value="${id}" />
      <button aria-label="${t.addNamedToCart(name[language])}">${t.addToCart}</button>
    </form>
  </li>`
