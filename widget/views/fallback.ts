import { html } from 'lit'

/** The page's own content, until there is something to say. */
export const fallback = html`<slot></slot>`
