import { html, type TemplateResult } from 'lit/html.js'
import { isFinal, type Snapshot } from '../../server/protocol/index.ts'
import type { CommonMessages } from '../messages/messages.ts'

/**
 * Merchant, amount and details, in the same place in every view. Each text from the shop has its own `<bdi>`, which
 * contains its direction and its stacked diacritics. Without a currency, it is a placeholder.
 */
export const summary = (
  { merchant, amount, currency, description, reference, status }: Snapshot,
  messages: CommonMessages,
): TemplateResult =>
  html`<div part="summary">
    <p part="payee">
      <bdi part="merchant" translate="no" .textContent=${merchant}></bdi>
      <span .textContent=${currency && !isFinal(status) ? messages.asksFor : ''}></span>
    </p>
    <p
      part="amount"
      class=${amount >= 1e7 ? 'long' : ''}
      translate="no"
      .textContent=${currency ? messages.amount(amount, currency) : merchant}
    ></p>
    <p part="details">
      <bdi .textContent=${description}></bdi>
      <bdi .textContent=${description ? '·' : ''}></bdi>
      <bdi .textContent=${reference}></bdi>
    </p>
  </div>`
