import { html, type TemplateResult } from 'lit/html.js'
import type { Status } from '../../server/protocol/index.ts'
import type { View } from './view.ts'

/** How the checkout, or an attempt that is not repeated, ended. The heading alone says it without the details. */
export const outcome: View = ({ status }, { outcome }) => html`${outcome}${slotFor(status)}`

/** After a payment that may have been made, nobody should pay in another way. */
const slotFor = (status: Status): TemplateResult | null =>
  status === 'review' ? null : html`<slot name=${status === 'paid' ? 'paid' : 'other'}></slot>`
