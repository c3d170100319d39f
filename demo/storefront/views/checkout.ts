import { html } from 'hono/html'
import { paymentPathOf, type Order } from '../orders.ts'
import { layout, type Frame, type Markup } from './layout.ts'
import { summary } from './summary.ts'

export interface CheckoutView {
  readonly order: Order
  readonly session: string
  readonly snapshot: string
  /** Where the shopper's phone can go on; null where this page is on that phone already. */
  readonly handOff: string | null
  /** The shopper changed the cart, and this order could not be closed. */
  readonly cartDiffers: boolean
}

interface Addresses {
  readonly bffUrl: string
  readonly customerUrl: string
}

export const checkoutPage = (frame: Frame, view: CheckoutView, at: Addresses): Markup =>
  layout(frame, {
    title: frame.t.checkout,
    scripts: [`${at.bffUrl}/netgiro-checkout.js`, '/static/checkout.js'],
    content: html`<h1>${frame.t.checkout}</h1>
      ${view.cartDiffers ? notice(frame) : ''}
      <div class="columns with-phone">
        <div>
          <netgiro-checkout
            class="payment"
            session="${view.session}"
            snapshot="${view.snapshot}"
            ${view.handOff ? html`hand-off="${view.handOff}"` : ''}
            data-next="/orders/${view.order.number}"
          >
            <a href="/other-ways-to-pay">${frame.t.otherWays}</a>
            <a slot="other" href="/other-ways-to-pay">${frame.t.otherWays}</a>
            <a slot="paid" href="/orders/${view.order.number}">${frame.t.toOrder}</a>
          </netgiro-checkout>
          ${demoNote(frame, at)}
        </div>
        <div>
          ${summary(frame, view.order)}
          ${view.handOff ? html`<p><a href="/cart">${frame.t.changeCart}</a></p>` : ''}
          ${behindTheScenes(frame, at)}
        </div>
        ${phone(frame, at)}
      </div>`,
  })

/** The same page for an order from Sweden. Avarda's form returns to this address after a visit to a bank. */
export const avardaPage = (
  frame: Frame,
  { order, session, snapshot }: Pick<CheckoutView, 'order' | 'session' | 'snapshot'>,
  { bffUrl }: Addresses,
): Markup =>
  layout(frame, {
    title: frame.t.checkout,
    scripts: [`${bffUrl}/avarda-checkout.js`, '/static/checkout.js'],
    content: html`<h1>${frame.t.checkout}</h1>
      <div class="columns">
        <div>
          <avarda-checkout
            class="payment"
            session="${session}"
            snapshot="${snapshot}"
            data-next="/orders/${order.number}"
            data-awaits-form
          >
            <a href="/other-ways-to-pay">${frame.t.otherWays}</a>
          </avarda-checkout>
          <aside class="demo-note">
            <h2>${frame.t.demoHeading}</h2>
            <p>${frame.t.demoAvarda} ${frame.t.demoRest}</p>
          </aside>
        </div>
        <div>${summary(frame, order)}</div>
      </div>`,
  })

const notice = ({ t }: Frame): Markup =>
  html`<div class="notice" role="note">
    <h2>${t.underWay}</h2>
    <p>${t.underWayText}</p>
  </div>`

const demoNote = ({ t }: Frame, { customerUrl }: Addresses): Markup =>
  html`<aside class="demo-note">
    <h2>${t.demoHeading}</h2>
    <p>
      ${t.demoPhone}
      <a href="${customerUrl}" target="_blank" rel="noopener">${t.demoPhonePage}</a>. ${t.demoRest}
    </p>
  </aside>`

/** Beside the checkout where there is room for both; elsewhere the note links to it. */
export const phone = ({ t }: Frame, { customerUrl }: Addresses): Markup =>
  html`<iframe class="phone" src="${customerUrl}" title="${t.phonePage}" loading="lazy"></iframe>`

const snippetOf = (bffUrl: string): string => `<script
  type="module"
  src="${bffUrl}/netgiro-checkout.js"
></script>
<netgiro-checkout
  session="cs_…"
  snapshot="{…}"
  hand-off="/continue#…"
>
  <a href="/other-ways-to-pay">…</a>
  <a slot="other" href="/other-ways-to-pay">…</a>
  <a slot="paid" href="/orders/…">…</a>
</netgiro-checkout>`

/** What a developer wants to see: the code of this page, and the events of the element. */
const behindTheScenes = ({ t }: Frame, { bffUrl }: Addresses): Markup =>
  html`<details class="behind" open>
    <summary>${t.behind}</summary>
    <h2>${t.snippet}</h2>
    <pre tabindex="0"><code data-snippet translate="no">${snippetOf(bffUrl)}</code></pre>
    <p><button class="soft" data-copy data-copied="${t.copied}">${t.copy}</button></p>
    <h2>${t.events}</h2>
    <ol data-events translate="no"></ol>
    <p class="quiet">${t.eventsText}</p>
  </details>`

/** Retrying uses the same idempotency key, so it cannot create a second checkout. */
export function paymentsDownPage(frame: Frame, order: Order): Markup {
  // Once there is a page to pay on, only the payment server knows whether somebody has.
  const isUnpaid = order.checkoutId === null
  return layout(frame, {
    title: frame.t.checkout,
    content: html`<h1>${frame.t.paymentsDown}</h1>
      <p class="lead">${isUnpaid ? frame.t.paymentsDownText : frame.t.paymentsUnknownText}</p>
      <p class="actions">
        <a class="button" href="${paymentPathOf(order)}">${frame.t.tryAgain}</a>
        ${isUnpaid ? html`<a href="/other-ways-to-pay">${frame.t.otherWays}</a>` : ''}
      </p>
      ${summary(frame, order)}`,
  })
}
