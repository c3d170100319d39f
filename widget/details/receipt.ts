import type { html as litHtml, TemplateResult } from 'lit/html.js'
import type { Snapshot } from '../../server/protocol/index.ts'
import type { DetailsMessages } from './messages/messages.ts'

interface ReceiptOptions {
  readonly snapshot: Snapshot
  readonly messages: DetailsMessages
  readonly locale: string
  readonly isCopied: boolean
  readonly onCopied: () => void
}

/** What a shopper needs to prove a payment or to ask about it; amount and reference stand above. */
export function receipt(html: typeof litHtml, options: ReceiptOptions): TemplateResult {
  const { snapshot, messages, locale, isCopied, onCopied } = options
  const { status, paidAt, serverTime, supportCode = '' } = snapshot
  const time = paidAt && !Number.isNaN(+new Date(paidAt)) ? paidAt : serverTime
  const row = (label: string, value: TemplateResult) =>
    html`<div>
      <dt .textContent=${label}></dt>
      <dd>${value}</dd>
    </div>`
  const copy = (): void =>
    void navigator.clipboard.writeText(supportCode).then(onCopied, () => null)
  return html`<dl part="receipt">
    ${status === 'paid' ? row(messages.paidWith, html`<bdi translate="no">Netgíró</bdi>`) : null}
    ${row(messages.time, html`<time datetime=${time} .textContent=${formatTime(time, locale)}></time>`)}
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

/** In the shopper's time zone; `20.11.2026 12:00` where English is not read. */
function formatTime(time: string, locale: string): string {
  const date = new Date(time)
  const clock = `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`
  if (locale !== 'en') {
    return `${date.getDate()}.${date.getMonth() + 1}.${date.getFullYear()} ${clock}`
  }
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
  return `${day}, ${clock}`
}
