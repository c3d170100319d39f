import { html } from 'hono/html'
import { layout, type Frame, type Markup } from './layout.ts'

export const otherWaysPage = (frame: Frame): Markup =>
  layout(frame, {
    title: frame.t.otherWays,
    content: html`<h1>${frame.t.otherWays}</h1>
      <p class="lead">${frame.t.otherWaysText}</p>
      <p><a href="/cart">${frame.t.toCart}</a></p>`,
  })
