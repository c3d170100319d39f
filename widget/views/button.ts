import { html, type TemplateResult } from 'lit/html.js'

/** A busy button keeps the focus and its clicks, which do nothing meanwhile. */
export const button = (
  part: string,
  label: string,
  onClick: (event: Event) => void,
  busy: unknown = null,
): TemplateResult =>
  html`<button
    part=${part}
    type="button"
    aria-disabled=${!!busy}
    @click=${onClick}
    .textContent=${label}
  ></button>`
