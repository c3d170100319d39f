import { isFinal, type Snapshot } from '../../server/protocol/index.ts'
import { create, createSvg } from '../create.ts'
import { parseUrl } from '../parse-url.ts'
import type { QrCode } from '../qr/index.ts'
import type { LayoutMessages } from './messages.ts'

export interface HandOffHost {
  readonly localName: string
  readonly baseURI: string
  readonly snapshot: Snapshot | null
  readonly session: string | null | undefined
  readonly handOff: string | null | undefined
  readonly shadowRoot: ShadowRoot | null
}

/** [iso 18004] 9.1: a reader needs this many light modules around a code. */
const margin = 4

/** A code of a longer address has modules that are too small to be read from a screen. */
const maxLength = 400

/**
 * Offers the page of the order on the shopper's phone, by a QR code of an address that the shop gives. The element adds
 * nothing to it, and shows no address that contains the session.
 */
export class HandOff {
  readonly #host: HandOffHost
  readonly #summary = create('summary')
  readonly #hint = create('p', { part: 'hint', hidden: '' })
  readonly #details = create('details', { part: 'hand-off' }, this.#summary, this.#hint)
  #texts = ''
  #label = ''
  #url = ''
  #refused = ''
  #code: Element | undefined

  constructor(host: HandOffHost) {
    this.#host = host
    this.#details.addEventListener('toggle', () => void this.#draw())
  }

  /** Shows the offer below the form, and while a request waits. */
  update(messages: LayoutMessages): void {
    const { snapshot, shadowRoot } = this.#host
    const url = this.#address()
    const view = shadowRoot?.querySelector('[part=view]')
    const isOver = isFinal(snapshot?.status) || snapshot?.cancelRequested
    if (!url || isOver || !view?.querySelector('h2')) {
      // Prototype.js replaces `remove` by one that needs a parent.
      if (this.#details.parentNode) this.#details.remove()
      return
    }
    this.#write(messages)
    if (url !== this.#url) {
      this.#url = url
      void this.#draw()
    }
    if (this.#details.previousSibling !== view) view.after(this.#details)
  }

  /** Not again with each second that passes, because that would take back what a page translator has written. */
  #write({ handOff, scan, code }: LayoutMessages): void {
    const texts = [handOff, scan, code].join()
    if (texts === this.#texts) return
    this.#texts = texts
    this.#label = code
    this.#summary.textContent = handOff
    this.#hint.textContent = scan
    this.#code?.setAttribute('aria-label', code)
  }

  /** The address, or an empty text where there is none that may be shown. */
  #address(): string {
    const { session, localName, handOff, baseURI } = this.#host
    if (!handOff || !session) return ''
    const url = parseUrl(handOff, baseURI)
    const reason = reasonAgainst(url, session)
    if (!reason) return url?.href ?? ''
    if (this.#refused !== handOff) {
      this.#refused = handOff
      console.error(
        `netgiro: the address in hand-off of <${localName}> ${reason}. It is not shown.`,
      )
    }
    return ''
  }

  /** Draws the code when it is asked for; after a failure, when it is asked for again. */
  async #draw(): Promise<void> {
    this.#show(null)
    if (!this.#details.open) return
    const url = this.#url
    const loaded = await import('../qr/index.ts').catch(() => null)
    if (url !== this.#url) return
    if (!loaded) {
      this.#details.open = false
      return
    }
    this.#show(loaded.qrCode(url))
    this.#details.scrollIntoView({ block: 'nearest' })
  }

  #show(code: QrCode | null): void {
    this.#code?.remove()
    this.#hint.hidden = !code
    this.#code = code ? this.#drawingOf(code) : undefined
    if (this.#code) this.#hint.before(this.#code)
  }

  #drawingOf({ size, path }: QrCode): Element {
    const side = size + 2 * margin
    return createSvg(
      {
        part: 'qr',
        role: 'img',
        'aria-label': this.#label,
        viewBox: `${-margin} ${-margin} ${side} ${side}`,
        'shape-rendering': 'crispEdges',
      },
      { d: path },
    )
  }
}

/** Why an address is not shown; empty if it may be. */
function reasonAgainst(url: URL | null, session: string): string {
  if (!url || !/^https?:$/.test(url.protocol)) return 'is no http(s) URL'
  const { href } = url
  if ([href, decoded(href)].some((text) => text.includes(session)))
    return 'contains the session, which never stands in a URL'
  return href.length > maxLength ? `has more than ${maxLength} characters` : ''
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
