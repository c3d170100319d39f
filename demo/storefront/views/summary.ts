import { html } from 'hono/html'
import type { Order } from '../orders.ts'
import { kronur } from '../money.ts'
import type { Frame, Markup } from './layout.ts'

export const summary = ({ t, language }: Frame, { number, lines, amount }: Order): Markup =>
  html`<section class="summary" aria-labelledby="summary">
    <h2 id="summary">${t.orderNumber(number)}</h2>
    <ul>
      ${lines.map(
        ({ product, quantity }) =>
          html`<li>
            <span>${quantity > 1 ? `${quantity} × ` : ''}${product.name[language]}</span>
            <span class="price">${kronur(product.price * quantity, language)}</span>
          </li>`,
      )}
    </ul>
    <p class="total"><span>${t.total}</span> <strong>${kronur(amount, language)}</strong></p>
    <p class="quiet">${t.withVat}</p>
  </section>`
