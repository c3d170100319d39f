import { html, type TemplateResult } from 'lit/html.js'
import type { PosMessages } from '../messages/messages.ts'
import { icon } from './icons.ts'
import type { PosView } from './view.ts'

/** The button for the next sale, a secondary one with F2 where Enter belongs to the field. */
export const nextSale = (
  next: () => void,
  { nextSale: label }: PosMessages,
  key: 'Enter' | 'F2',
): TemplateResult =>
  html`<button part=${key === 'Enter' ? 'next button' : 'next'} @click=${next}>
    <span .textContent=${label}></span><kbd aria-hidden="true" .textContent=${key}></kbd>
  </button>`

/** The sale is over: an icon for the outcome and the button for the next sale. */
export const result: PosView = ({ status }, { next }, messages) =>
  html`${icon(status === 'paid' ? 'good' : status === 'review' ? 'unsure' : 'bad')}
    <slot name=${status}></slot>
    ${nextSale(next, messages, 'Enter')}`
