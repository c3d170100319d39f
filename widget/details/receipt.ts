import type { html as litHtml, TemplateResult } from 'lit/html.js'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { DetailsMessages } from './messages/messages.ts'

interface ReceiptOptions {
  readonly snapshot: Snapshot
  readonly messages: DetailsMessages
  readonly isCopied: boolean
  readonly onCopied: () => void
}

/** What a shopper needs to prove a payment or to ask about it; amount and reference stand above. */
export function receipt(html: typeof litHtml, options: ReceiptOptions): TemplateResult {
  const { snapshot, messages, isCopied, onCopied } = options
  const { status, requestedAt = '', paidAt = requestedAt, supportCode = '' } = snapshot
  const row = (label: string, value: TemplateResult) =>
    html`<div>
      <dt .textContent=${label}></dt>
      <dd>${value}</dd>
    </div>`
  const copy = (): void =>
    void navigator.clipboard.writeText(supportCode).then(onCopied, () => null)
  return html`<dl part="receipt">
    ${status === 'paid' ? row(messages.paidWith, html`<bdi translate="no">Netgíró</bdi>`) : null}
    ${+new Date(paidAt) ? row(messages.time, html`<time datetime=${paidAt} .textContent=${formatTime(paidAt, messages)}></time>`) : null}
    ${row(
      messages.supportCode,
      html`<bdi part="code" translate="no" .textContent=${supportCode}></bdi> ${
          // Undefined on a page that was not loaded by https.
          (navigator.clipboard as Clipboard | undefined)
            ? html`<button
                part="copy small"
                type="button"
                @click=${copy}
                .textContent=${isCopied ? messages.copied : messages.copy}
              ></button>`
            : null
        }`,
    )}
  </dl>`
}

/** In the shopper's time zone. */
function formatTime(time: string, messages: DetailsMessages): string {
  const date = new Date(time)
  const timeOfDay = `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`
  return (
    messages.formatTime?.(date, timeOfDay) ??
    `${date.getDate()}.${date.getMonth() + 1}.${date.getFullYear()} ${timeOfDay}`
  )
}
