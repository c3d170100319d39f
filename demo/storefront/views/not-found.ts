import { html } from 'hono/html'
import { layout, type Frame, type Markup } from './layout.ts'

export const notFoundPage = (frame: Frame): Markup =>
  layout(frame, {
    title: frame.t.notFound,
    content: html`<h1>${frame.t.notFound}</h1>
      <p><a class="button" href="/">${frame.t.backToShop}</a></p>`,
  })
