import { html, type TemplateResult } from 'lit'
import type { Snapshot } from '../../server/protocol.ts'
import type { Messages } from '../messages/messages.ts'

/** What is paid, to whom: the same in the same place from the first view to the last. */
export const summary = (
  { merchant, amount, description, reference }: Snapshot,
  messages: Messages,
): TemplateResult =>
  html`<div part="summary">
    <p part="merchant">${merchant}</p>
    <p part="amount">${messages.amount(amount)}</p>
    <p part="details">${[description, reference].filter(Boolean).join(' · ')}</p>
  </div>`
