import type { html as litHtml, TemplateResult } from 'lit/html.js'
import type { Snapshot } from '../../server/protocol/index.ts'

/** The sign of an outcome: its colour, its drawing in a box of 48 × 48, and a character for the title of the page. */
export interface Sign {
  readonly tone: 'good' | 'bad' | 'unsure' | 'over'
  readonly path: string
  readonly character: string
}

const check: Sign = { tone: 'good', path: 'm15 25 6 6 12-13', character: '✓' }
const cross: Sign = { tone: 'bad', path: 'm17 17 14 14m0-14-14 14', character: '✕' }
const bar: Sign = { tone: 'over', path: 'M16 24h16', character: '✕' }
const clock: Sign = { tone: 'over', path: 'M24 14v11l7 5', character: '✕' }
const exclamation: Sign = { tone: 'unsure', path: 'M24 14v13m0 6.5v.5', character: '!' }
const question: Sign = {
  tone: 'unsure',
  path: 'M18.5 19.5c0-7 11-7 11 0 0 4-5.5 4-5.5 8.5m0 5.5v.5',
  character: '?',
}
const dots: Sign = { tone: 'unsure', path: 'M16 24h.1m7.9 0h.1m7.9 0h.1', character: '…' }

const signs = {
  paid: check,
  declined: cross,
  canceled: bar,
  expired: clock,
  failed: exclamation,
  review: question,
} as const

/** The sign for a snapshot; null while nothing has ended and nothing is uncertain. */
export function signOf({ status, lastAttempt, uncertain, cancelRequested }: Snapshot): Sign | null {
  if (status === 'paid' || status === 'canceled' || status === 'expired' || status === 'review') {
    return signs[status]
  }
  if (cancelRequested) return null
  if (uncertain) return dots
  if (status !== 'open' || !lastAttempt) return null
  return lastAttempt.reason === 'outcome_unknown' ? exclamation : signs[lastAttempt.outcome]
}

/** The sign above the heading, decorative because that says the same. */
export const picture = (html: typeof litHtml, { tone, path }: Sign): TemplateResult =>
  html`<svg part="icon ${tone}" viewBox="0 0 48 48" aria-hidden="true">
    <path d=${path} />
  </svg>`
