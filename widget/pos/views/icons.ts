import { html, type TemplateResult } from 'lit/html.js'

const paths = {
  good: 'm15 25 6 6 12-13',
  bad: 'm17 17 14 14m0-14-14 14',
  unsure: 'M24 12v15m0 5v4',
}

/** A large icon for the outcome, decorative because the heading says the same. */
export const icon = (kind: keyof typeof paths): TemplateResult =>
  html`<svg part="icon" class=${kind} viewBox="0 0 48 48" aria-hidden="true">
    <path d=${paths[kind]} />
  </svg>`
