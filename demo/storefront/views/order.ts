import { html } from 'hono/html'
import { paymentPathOf, reviewOf, type Order, type OrderStatus } from '../orders.ts'
import { layout, type Frame, type Markup } from './layout.ts'
import { summary } from './summary.ts'

type OrderView = (frame: Frame, order: Order) => Markup

/** Shows the shop's own record; that a browser arrived here proves nothing. */
export const orderPage: OrderView = (frame, order) =>
  layout(frame, {
    title: frame.t.orderNumber(order.number),
    // A closed or reviewed order may still become paid; a paid one stays so.
    scripts: order.status === 'paid' ? [] : ['/static/order.js'],
    content: html`<div
      class="order ${order.status}"
      data-order="${order.number}"
      data-status="${order.status}"
    >
      ${orderViews[order.status](frame, order)} ${summary(frame, order)}
    </div>`,
  })

const paid: OrderView = ({ t }, order) =>
  html`<h1>${t.thanks}</h1>
    <p class="lead">${reviewOf(order) === null ? t.paidText : t.paidReviewText}</p>
    <p class="actions"><a class="button" href="/">${t.shopAgain}</a></p>`

const unpaid: OrderView = ({ t }, order) =>
  html`<h1>${t.waiting}</h1>
    <p class="lead">${t.waitingText}</p>
    <p class="actions"><a href="${paymentPathOf(order)}">${t.backToPayment}</a></p>`

/** The goods of the page for Sweden were in no cart. */
const closed: OrderView = ({ t }, { channel }) =>
  html`<h1>${t.closed}</h1>
    ${
      channel === 'sweden'
        ? html`<p class="actions"><a class="button" href="/sweden">${t.backToShop}</a></p>`
        : html`<p class="lead">${t.closedText}</p>
            <p class="actions"><a class="button" href="/cart">${t.toCart}</a></p>`
    }`

const review: OrderView = ({ t }) =>
  html`<h1>${t.review}</h1>
    <p class="lead">${t.reviewText}</p>`

const orderViews: Readonly<Record<OrderStatus, OrderView>> = { paid, unpaid, closed, review }
