import { html } from 'hono/html'
import type { Order, OrderStatus } from '../orders.ts'
import { layout, type Frame, type Markup } from './layout.ts'
import { summary } from './summary.ts'

type Face = (frame: Frame, order: Order) => Markup

/** The page says what the shop's own records say; that a browser arrived here proves nothing. */
export const orderPage: Face = (frame, order) =>
  layout(frame, {
    title: frame.t.orderNumber(order.number),
    // A closed or reviewed order may still change; a paid one does not.
    scripts: order.status === 'paid' ? [] : ['/static/order.js'],
    content: html`<div
      class="order ${order.status}"
      data-order="${order.number}"
      data-status="${order.status}"
    >
      ${faces[order.status](frame, order)} ${summary(frame, order)}
    </div>`,
  })

const paid: Face = ({ t }) =>
  html`<h1>${t.thanks}</h1>
    <p class="lead">${t.paidText}</p>
    <p class="actions"><a class="button" href="/">${t.shopAgain}</a></p>`

const unpaid: Face = ({ t }, { number }) =>
  html`<h1>${t.waiting}</h1>
    <p class="lead">${t.waitingText}</p>
    <p class="actions"><a href="/checkout/${number}">${t.backToPayment}</a></p>`

const closed: Face = ({ t }) =>
  html`<h1>${t.closed}</h1>
    <p class="lead">${t.closedText}</p>
    <p class="actions"><a class="button" href="/cart">${t.toCart}</a></p>`

const review: Face = ({ t }) =>
  html`<h1>${t.review}</h1>
    <p class="lead">${t.reviewText}</p>`

const faces: Readonly<Record<OrderStatus, Face>> = { paid, unpaid, closed, review }
