import type { Snapshot } from '../../server/protocol/index.ts'
import { create } from '../create.ts'
import type { LayoutMessages } from './messages.ts'

export interface DialogHost extends EventTarget {
  readonly isConnected: boolean
  readonly shadowRoot: ShadowRoot | null
  readonly snapshot: Snapshot | null
  focus(): void
  hasAttribute(name: string): boolean
  toggleAttribute(name: string, isSet: boolean): boolean
}

/**
 * Shows the card in a modal dialog, which a button in the page opens. The attribute `open` says whether it is open, as for
 * `<details>`. Closing it cancels nothing: the button goes on to say how things stand.
 */
export class Dialog {
  readonly #host: DialogHost
  readonly #close = create('button', { part: 'close', type: 'button' })
  readonly #dialog = create('dialog', { part: 'dialog', 'aria-labelledby': 'heading' }, this.#close)
  readonly #opener = create('button', {
    part: 'opener',
    type: 'button',
    'aria-haspopup': 'dialog',
  })
  readonly #region = create('p', { role: 'status' })
  /** The heading that the region need not say, because it was there to be read. */
  #told = ''

  constructor(host: DialogHost) {
    this.#host = host
    this.#opener.addEventListener('click', () => this.#set(true))
    this.#close.addEventListener('click', () => this.#set(false))
    // Also by the Escape key and the gesture that goes back. The event comes later, when it may be open again.
    this.#dialog.addEventListener('close', () => {
      if (!this.#dialog.open) this.#set(false)
    })
  }

  /** Moves the card into the dialog, and opens or closes it. */
  show(card: HTMLElement, heading: HTMLElement, messages: LayoutMessages): void {
    const text = heading.textContent
    const { snapshot } = this.#host
    const { status = 'open', lastAttempt = null, uncertain = false } = snapshot ?? {}
    const isUntouched = status === 'open' && !lastAttempt && !uncertain
    heading.id = 'heading'
    this.#close.setAttribute('aria-label', messages.close)
    for (const part of [this.#dialog, this.#opener, this.#region]) {
      part.lang = card.lang
      part.dir = card.dir
    }
    if (text !== this.#told) this.#opener.textContent = text
    this.#opener.setAttribute('part', isUntouched ? 'opener' : 'opener quiet')
    const isNew = card.parentNode !== this.#dialog
    if (isNew) this.#take(card)
    this.#sync()
    const isNews = !isNew && !this.#dialog.open && text !== this.#told
    this.#told = text
    if (isNews) this.#region.textContent = text
  }

  /** Puts the card back into the page. */
  leave(card: Element): void {
    if (card.parentNode !== this.#dialog) return
    this.#dialog.close()
    this.#dialog.replaceWith(card)
    this.#opener.remove()
    this.#region.remove()
  }

  /** A card that is in use stays in sight: a shopper may have begun to type before this file was there. */
  #take(card: Element): void {
    const { shadowRoot } = this.#host
    if (card.contains(shadowRoot?.activeElement ?? null)) this.#set(true)
    this.#dialog.append(card)
    // Before everything else, so that Lit, which renders at the end, finds its own.
    shadowRoot?.prepend(this.#dialog, this.#opener, this.#region)
  }

  /** Opens or closes the dialog as the attribute says. One that was moved in the page is open, but not modal any more. */
  #sync(): void {
    const isWanted = this.#host.hasAttribute('open')
    const { open } = this.#dialog
    if (open && (!isWanted || !this.#dialog.matches(':modal'))) this.#dialog.close()
    if (!isWanted || this.#dialog.open || !this.#host.isConnected) return
    this.#dialog.showModal()
    this.#region.textContent = ''
    this.#host.focus()
  }

  #set(isOpen: boolean): void {
    this.#host.toggleAttribute('open', isOpen)
  }
}
