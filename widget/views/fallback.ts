import { html } from 'lit'

/** The page's own content, shown until there is a snapshot. */
export const fallback = html`<slot></slot>`
