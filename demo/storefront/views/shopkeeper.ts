import { randomUUID } from 'node:crypto'
import { html } from 'hono/html'
import { openRefundOf, refundedOf, reviewOf } from '../orders.ts'
import type { Notice, Order, Orders } from '../orders.ts'
import { money } from '../money.ts'
import type { Messages } from '../messages/is.ts'
import { layout, type Frame, type Markup } from './layout.ts'

interface ShopkeeperView {
  readonly orders: Orders
  readonly customerUrl: string
  readonly bffUrl: string
  readonly adminToken: string
}

export function shopkeeperPage(frame: Frame, view: ShopkeeperView): Markup {
  const { orders, customerUrl, bffUrl, adminToken } = view
  const { t } = frame
  const all = orders.newestFirst()
  return layout(frame, {
    title: t.shopkeeper,
    scripts: ['/static/shopkeeper.js'],
    content: html`<h1>${t.shopkeeper}</h1>
      <p class="lead">${t.shopkeeperIntro}</p>
      <p><a href="${customerUrl}" target="_blank" rel="noopener">${t.phonePage}</a></p>
      <p>
        <a href="${bffUrl}/admin" target="_blank" rel="noopener">${t.support}</a>.
        ${t.supportToken(adminToken)}
      </p>
      <div data-version="${orders.version}">
        ${all.length > 0 ? table(frame, all) : html`<p>${t.noOrders}</p>`}
      </div>`,
  })
}

const table = (frame: Frame, orders: readonly Order[]): Markup =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">${frame.t.order}</th>
        <th scope="col">${frame.t.made}</th>
        <th scope="col" class="price">${frame.t.amount}</th>
        <th scope="col">${frame.t.status}</th>
        <th scope="col">${frame.t.notices}</th>
      </tr>
    </thead>
    <tbody>
      ${orders.map((order) => row(frame, order))}
    </tbody>
  </table>`

function row({ t, language }: Frame, order: Order): Markup {
  const { number, createdAt, amount, currency, status, notices } = order
  const refunded = refundedOf(order)
  return html`<tr data-order="${number}" data-status="${status}">
    <th scope="row">${number}</th>
    <td data-label="${t.made}">${clock(createdAt)}</td>
    <td data-label="${t.amount}" class="price">${money(amount, currency, language)}</td>
    <td data-label="${t.status}">
      <span class="badge ${status}">${t.statuses[status]}</span>
      ${concern(t, order)}
      ${refunded > 0 ? html`<p class="quiet">${t.refunded} ${money(refunded, currency, language)}</p>` : ''}
      ${lastRefund(t, order, language)}
      ${isRefundable(order) ? refundForm(t, order, amount - refunded) : ''}
    </td>
    <td data-label="${t.notices}">
      ${
        notices.length > 0
          ? html`<ul class="notices">
              ${notices.map(line)}
            </ul>`
          : html`<span class="quiet">${t.none}</span>`
      }
    </td>
  </tr>`
}

/** An order may be paid, and need a person anyway: one that was paid twice, for instance. */
function concern(t: Messages, order: Order): Markup | '' {
  const review = reviewOf(order)
  if (review === null) return ''
  return html`${order.status === 'review' ? '' : html`<span class="badge review">${t.statuses.review}</span>`}
    <p class="quiet">${review}</p>`
}

const isRefundable = (order: Order): boolean =>
  order.status === 'paid' &&
  order.currency === 'ISK' &&
  (openRefundOf(order) !== null || refundedOf(order) < order.amount)

function lastRefund(
  t: Messages,
  { refund, currency }: Order,
  language: Frame['language'],
): Markup | '' {
  if (!refund) return ''
  const { amount, outcome } = refund
  const text =
    typeof outcome === 'string' ? t.refundOutcomes[outcome] : t.refundRefused(outcome.refused)
  return html`<p class="quiet">${t.refundAsked} ${money(amount, currency, language)}: ${text}</p>`
}

/**
 * The key belongs to this view of the page: a second click is the same refund, a reloaded page makes another. While nobody knows
 * what became of the last one, the form only asks for that one again.
 */
function refundForm(t: Messages, order: Order, max: number): Markup {
  const { number } = order
  const open = openRefundOf(order)
  return html`<form class="refund" method="post" action="/shopkeeper/${number}/refund">
    <input type="hidden" name="key" value="${open?.key ?? randomUUID()}" />
    <input
      type="number"
      name="amount"
      value="${open?.amount ?? max}"
      min="1"
      max="${open?.amount ?? max}"
      aria-label="${t.refundOf(number)}"
      required
      ${open ? html`readonly` : ''}
    />
    <button class="soft">${open ? t.askAgain : t.refund}</button>
  </form>`
}

const line = ({ type, at }: Notice): Markup => html`<li>${clock(at)} <code>${type}</code></li>`

/** Iceland keeps UTC all year. */
const clock = (at: Date): Markup =>
  html`<time datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)}</time>`
