import { html } from 'hono/html'
import { amountOf, maxQuantity, sumOf, type Line } from '../carts.ts'
import { money } from '../money.ts'
import { layout, type Frame, type Markup } from './layout.ts'

export const cartPage = (frame: Frame, lines: readonly Line[]): Markup =>
  layout(frame, {
    title: frame.t.yourCart,
    content: html`<h1>${frame.t.yourCart}</h1>
      ${lines.length > 0 ? filled(frame, lines) : empty(frame)}`,
  })

const empty = ({ t }: Frame): Markup =>
  html`<p>${t.emptyCart}</p>
    <p><a class="button" href="/">${t.backToShop}</a></p>`

const filled = (frame: Frame, lines: readonly Line[]): Markup =>
  html`<ul class="lines">
      ${lines.map((line) => row(frame, line))}
    </ul>
    <div class="sum">
      <p class="total">
        <span>${frame.t.total}</span>
        <strong>${money(sumOf(lines, 'ISK'), 'ISK', frame.language)}</strong>
      </p>
      <p class="quiet">${frame.t.withVat}</p>
      <form method="post" action="/checkout">
        <button class="wide">${frame.t.toCheckout}</button>
      </form>
      <p><a href="/">${frame.t.shopAgain}</a></p>
    </div>`

function row({ t, language }: Frame, line: Line): Markup {
  const { product, quantity } = line
  const { id, tint, prices } = product
  const name = product.name[language]
  return html`<li class="line">
    <div class="picture small ${tint}">
      <img src="/static/art/${id}.svg" alt="" width="72" height="72" />
    </div>
    <div class="what">
      <h2>${name}</h2>
      <p class="quiet">${money(prices.ISK, 'ISK', language)} / ${t.perPiece}</p>
    </div>
    <form class="how-many" method="post" action="/cart/set">
      <input type="hidden" name="product" value="${id}" />
      <input
        type="number"
        name="quantity"
        value="${quantity}"
        min="1"
        max="${maxQuantity}"
        inputmode="numeric"
        aria-label="${t.quantityOf(name)}"
        required
      />
      <button class="soft">${t.update}</button>
      <button
        class="plain"
        name="remove"
        value="yes"
        aria-label="${t.removeNamed(name)}"
        formnovalidate
      >
        ${t.remove}
      </button>
    </form>
    <p class="price">${money(amountOf(line, 'ISK'), 'ISK', language)}</p>
  </li>`
}
