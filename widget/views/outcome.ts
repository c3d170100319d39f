import { html, type TemplateResult } from 'lit'
import type { View } from './view.ts'

export const paid = (): TemplateResult =>
  html`<svg part="icon" viewBox="0 0 48 48" aria-hidden="true">
      <path d="m15 25 6 6 12-13" />
    </svg>
    <slot name="paid"></slot>`

/** The heading says everything. */
export const closed: View = () => null
