import { html, type TemplateResult } from 'lit'
import { isFinal, type Snapshot } from '../../server/protocol/index.ts'
import type { CommonMessages } from '../messages/messages.ts'

/**
 * Who asks for how much, and what for: the same in the same place from the first view to the last. Each foreign text has
 * a box of its own, out of which neither its direction nor its marks reach.
 */
export const summary = (
  { merchant, amount, currency, description, reference, status }: Snapshot,
  messages: CommonMessages,
): TemplateResult =>
  html`<div part="summary">
    <p part="payee">
      <bdi part="merchant" translate="no" .textContent=${merchant}></bdi>
      <span .textContent=${isFinal(status) ? '' : messages.asksFor}></span>
    </p>
    <p part="amount" translate="no" .textContent=${messages.amount(amount, currency)}></p>
    <p part="details">
      <bdi .textContent=${description}></bdi>
      <bdi .textContent=${description ? '·' : ''}></bdi>
      <bdi .textContent=${reference}></bdi>
    </p>
  </div>`
