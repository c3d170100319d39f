/**
 * The layouts other than `inline`, and the way to a phone. Loaded when a page asks for one of them with an attribute;
 * without it, the element stands in the page as usual.
 *
 * This is a file of its own, which contains no copy of Lit or of the element's class.
 */
import { addSheet, lazySheet, type Styled } from '../lazy-sheet.ts'
import { Dialog, type DialogHost } from './dialog.ts'
import { HandOff, type HandOffHost } from './hand-off.ts'
import { textsIn, type LayoutMessages } from './messages.ts'
import css from './styles.css?inline'

/** What an element hands in. */
export interface LayoutHost extends DialogHost, HandOffHost, Styled, Node {
  readonly ownerDocument: Document | null
  readonly shadowRoot: ShadowRoot | null
  readonly layout: string | null | undefined
  readonly messages: { readonly layout?: Partial<LayoutMessages> } | null | undefined
  requestUpdate(): void
}

const sheet = lazySheet(css)

/** The layout of one element. */
export class Layout {
  readonly #host: LayoutHost
  readonly #dialog: Dialog
  readonly #handOff: HandOff

  constructor(host: LayoutHost) {
    this.#host = host
    this.#dialog = new Dialog(host)
    this.#handOff = new HandOff(host)
    addSheet(host, sheet)
    const onChange = new MutationObserver(() => host.requestUpdate())
    onChange.observe(host, { attributeFilter: ['open'] })
  }

  /** Called after each rendering of the element. The fallback of the page stays in the page. */
  hostUpdated(): void {
    const { shadowRoot, layout, messages: overrides } = this.#host
    const card = shadowRoot?.querySelector<HTMLElement>('[part=card]')
    if (!card) return
    const messages = textsIn(card.lang, overrides?.layout)
    const heading = card.querySelector('h2')
    this.#handOff.update(messages)
    if (heading && layout === 'dialog') this.#dialog.show(card, heading, messages)
    else this.#dialog.leave(card)
  }
}
