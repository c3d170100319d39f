import { html } from 'hono/html'
import type { Order } from '../orders.ts'
import { amountOf } from '../carts.ts'
import { money } from '../money.ts'
import type { Frame, Markup } from './layout.ts'

export const summary = (
  { t, language }: Frame,
  { number, lines, amount, currency }: Order,
): Markup =>
  html`<section class="summary" aria-labelledby="summary">
    <h2 id="summary">${t.orderNumber(number)}</h2>
    <ul>
      ${lines.map(
        (line) =>
          html`<li>
            <span
              >${line.quantity > 1 ? `${line.quantity} × ` : ''}${line.product.name[language]}</span
            >
            <span class="price">${money(amountOf(line, currency), currency, language)}</span>
          </li>`,
      )}
    </ul>
    <p class="total">
      <span>${t.total}</span> <strong>${money(amount, currency, language)}</strong>
    </p>
    <p class="quiet">${t.withVat}</p>
  </section>`
