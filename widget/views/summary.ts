import { html, type TemplateResult } from 'lit'
import type { Snapshot } from '../../server/protocol.ts'
import type { ShellMessages } from '../messages/messages.ts'

/** What is paid, to whom: the same in the same place from the first view to the last. */
export const summary = (
  { merchant, amount, currency, description, reference }: Snapshot,
  messages: ShellMessages,
): TemplateResult =>
  html`<div part="summary">
    <p part="merchant">${merchant}</p>
    <p part="amount">${messages.amount(amount, currency)}</p>
    <p part="details">${[description, reference].filter(Boolean).join(' · ')}</p>
  </div>`
