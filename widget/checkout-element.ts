import {
  html,
  LitElement,
  type CSSResultGroup,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import { isFinal, type Snapshot } from '../server/protocol.ts'
import { CheckoutController } from './checkout-controller.ts'
import { localeOf, watchLang } from './locale.ts'
import { sentence, wordsFor } from './messages/index.ts'
import type { ShellMessages, Words } from './messages/messages.ts'
import { scriptOrigin } from './script-origin.ts'
import { styles } from './styles.ts'
import { summary } from './views/summary.ts'
import { browser, type World } from './world.ts'

/**
 * What all elements here are: one session, one card that says who is paid how much and where that stands, one set of
 * events. How the payer is found, and what may be done meanwhile, is each element's own `view`.
 */
export abstract class CheckoutElement<M extends ShellMessages> extends LitElement {
  static override styles: CSSResultGroup = styles
  static override properties: PropertyDeclarations = {
    session: { reflect: true },
    server: { reflect: true },
    locale: { reflect: true },
  }

  declare session: string | null | undefined
  declare server: string | null | undefined
  declare locale: string | null | undefined

  /** Network and clock; tests hand in their own before the element is connected. */
  world: World = browser

  protected readonly checkout = new CheckoutController(this)
  /** By language; the first one is spoken where none is asked for. */
  protected abstract readonly locales: Readonly<Record<string, M>>
  #hadFocus = false

  constructor() {
    super()
    watchLang(this)
  }

  /** What stands under the heading; alone, while there is nothing to say yet. */
  protected abstract view(snapshot: Snapshot | null, messages: M): unknown

  get snapshot(): Snapshot | null {
    return this.checkout.snapshot
  }

  /** Asks to cancel. Whether it came in time, a snapshot tells. */
  async cancel(): Promise<void> {
    if (this.snapshot && !isFinal(this.snapshot.status)) await this.checkout.ask('cancel')
  }

  /** Looks at once what the backend knows, instead of waiting to be told. */
  refresh(): void {
    this.checkout.refresh()
  }

  /** Focuses the field, or the heading where there is none. */
  override focus(options?: FocusOptions): void {
    const { renderRoot } = this
    const target =
      renderRoot.querySelector<HTMLElement>('[part=input]') ?? renderRoot.querySelector('h2')
    target?.focus(options)
  }

  /** Heading and text. */
  protected words(snapshot: Snapshot, messages: M): Words {
    return wordsFor(snapshot, messages)
  }

  /** What the live region says; it speaks when the text changes: other words, a minute left, ten seconds left. */
  protected speech(messages: M): string {
    const { snapshot } = this
    const { left } = this.checkout
    const limit = left > 60 ? 0 : left > 10 ? 60 : left && 10
    // Whoever opens the page reads it anyway.
    if (!snapshot || (snapshot.status === 'open' && !snapshot.lastAttempt)) return ''
    return limit && snapshot.status.startsWith('awaiting') && !snapshot.cancelRequested
      ? `${messages.validFor} ${limit} ${messages.seconds}`
      : this.words(snapshot, messages).join('. ')
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('session') || changed.has('server')) {
      this.checkout.open(this.server ?? scriptOrigin, this.session)
    }
    this.#hadFocus = !!this.shadowRoot?.activeElement
  }

  protected override render(): TemplateResult {
    const { snapshot, problem, reconnecting } = this.checkout
    const locale = localeOf(this, this.locales)
    const messages = this.locales[locale] as M
    const words = snapshot && this.words(snapshot, messages)
    const moving =
      !problem &&
      (snapshot ? snapshot.status !== 'open' && !isFinal(snapshot.status) : this.session)
    return html`<div part="card" lang=${locale}>
      <slot name="header">
        <div part="mark" class=${moving ? 'busy' : ''} aria-hidden="true">
          <i></i><i></i><i></i>
        </div>
      </slot>
      ${snapshot && summary(snapshot, messages)}
      <p part="error" role="alert">${problem && sentence(problem, messages)}</p>
      <div part="view">
        ${
          words
            ? html`<h2 part="heading" tabindex="-1">${words[0]}</h2>
                <p part="text">${words[1]}</p>`
            : null
        }
        ${this.view(snapshot, messages)}
      </div>
      <p part="connection">${reconnecting ? messages.reconnecting : null}</p>
      <slot name="footer"></slot>
      <p role="status">${this.speech(messages)}</p>
    </div>`
  }

  protected override updated(): void {
    // Whoever worked inside must not fall back to the top of the page when a view goes.
    if (this.#hadFocus && !this.shadowRoot?.activeElement) {
      this.renderRoot.querySelector('h2')?.focus()
    }
  }
}
