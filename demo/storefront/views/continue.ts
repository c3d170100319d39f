import { html } from 'hono/html'
import { layout, type Frame, type Markup } from './layout.ts'

/** Says something only when its script cannot go on to the order. */
export const continuePage = (frame: Frame): Markup =>
  layout(frame, {
    title: frame.t.checkout,
    scripts: ['/static/continue.js'],
    content: html`<div data-used hidden>
      <h1>${frame.t.codeUsed}</h1>
      <p class="lead">${frame.t.codeUsedText}</p>
    </div>`,
  })
