import { html } from 'hono/html'
import type { Product } from '../catalogue.ts'
import { money } from '../money.ts'
import { phone } from './checkout.ts'
import { layout, type Frame, type Markup } from './layout.ts'

interface Addresses {
  readonly bffUrl: string
  readonly customerUrl: string
}

export const posPage = (
  frame: Frame,
  products: readonly Product[],
  { bffUrl, customerUrl }: Addresses,
): Markup =>
  layout(frame, {
    title: frame.t.pos,
    scripts: [`${bffUrl}/netgiro-pos.js`, '/static/pos.js'],
    content: html`<h1>${frame.t.pos}</h1>
      <p class="lead">${frame.t.posIntro}</p>
      <div class="pos">
        <section class="goods" aria-label="${frame.t.products}">
          ${products.map((product) => key(frame, product))}
        </section>
        <section class="sale" aria-labelledby="sale">
          <h2 id="sale">${frame.t.sale} <span data-number></span></h2>
          <p class="quiet" data-empty>${frame.t.emptySale}</p>
          <ul data-lines></ul>
          <p class="actions">
            <button data-take disabled>${frame.t.takePayment}</button>
            <button class="soft" data-clear disabled>${frame.t.clearSale}</button>
          </p>
          <p class="quiet" data-booked hidden>${frame.t.booked}</p>
          <p role="alert" data-kept hidden>${frame.t.saleKept}</p>
        </section>
        <netgiro-pos></netgiro-pos>
        ${phone(frame, { bffUrl, customerUrl })}
      </div>
      <aside class="demo-note">
        <h2>${frame.t.demoHeading}</h2>
        <p>
          ${frame.t.posDemo}
          <a href="${customerUrl}" target="_blank" rel="noopener">${frame.t.demoPhonePage}</a>),
          ${frame.t.posDemoScan} ${frame.t.demoRest}
        </p>
      </aside>`,
  })

const key = ({ language }: Frame, { id, name, prices, tint }: Product): Markup =>
  html`<button class="key ${tint}" data-product="${id}" data-name="${name[language]}">
    <span>${name[language]}</span> <span>${money(prices.ISK, 'ISK', language)}</span>
  </button>`
