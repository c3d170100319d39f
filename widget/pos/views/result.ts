import { html, type TemplateResult } from 'lit'
import type { PosMessages } from '../messages/messages.ts'
import { icon } from './icons.ts'
import type { PosView } from './view.ts'

/** Where a field waits for its own Enter, the button is the quieter one. */
export const nextSale = (
  next: () => void,
  { nextSale: label }: PosMessages,
  key: 'Enter' | 'F2',
): TemplateResult =>
  html`<button part=${key === 'Enter' ? 'next button' : 'next'} @click=${next}>
    <span .textContent=${label}></span> <kbd aria-hidden="true" .textContent=${key}></kbd>
  </button>`

const icons = { paid: 'good', review: 'unsure', canceled: 'bad', expired: 'bad' } as const

/** The checkout is over: the heading and a sign have said it, one key goes on. */
export const result: PosView = ({ status }, { next }, messages) =>
  html`${icon(icons[status as keyof typeof icons])}
    <slot name=${status}></slot>
    ${nextSale(next, messages, 'Enter')}`
