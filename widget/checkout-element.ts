import {
  html,
  LitElement,
  type CSSResultGroup,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import { isFinal, type Snapshot } from '../server/protocol/index.ts'
import { CheckoutController } from './checkout-controller.ts'
import { outcomeOf, type Outcome } from './events.ts'
import type { ErrorCode } from './checkout-client.ts'
import { localeOf, watchLang } from './locale.ts'
import { errorText, headlineFor } from './messages/index.ts'
import type { CommonMessages, Headline } from './messages/messages.ts'
import { defaultServer } from './default-server.ts'
import { styles } from './styles.ts'
import { summary } from './views/summary.ts'
import { browserPlatform, type Platform } from './platform.ts'

/** Minutes; who would have to wait for longer pays in another way. */
const maxRetryMinutes = 90

/**
 * What all elements here are: one session, one card that says who is paid how much and where that stands, one set of
 * events. How the payer is found, and what may be done meanwhile, is each element's own `view`.
 */
export abstract class CheckoutElement<M extends CommonMessages> extends LitElement {
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
  platform: Platform = browserPlatform

  protected readonly checkout = new CheckoutController(this)
  /** By language; the first one is spoken where none is asked for. */
  protected abstract readonly locales: Readonly<Record<string, M>>
  #hadFocus = false
  /** Somebody asked to cancel this attempt; that it was paid nevertheless is worth a sentence. */
  #cancelRequested = false
  #renderFailed = false

  constructor() {
    super()
    watchLang(this)
  }

  /** What stands under the heading; alone, while there is nothing to say yet. */
  protected abstract view(snapshot: Snapshot | null, messages: M): unknown

  get snapshot(): Snapshot | null {
    return this.checkout.snapshot
  }

  /** How the checkout ended, or its newest attempt: for whoever comes too late to hear the event. */
  get outcome(): Outcome | null {
    return this.snapshot && outcomeOf(this.snapshot)
  }

  /** What the element complains of at the moment: the code of its last `netgiro-error`, until there is news. */
  get problem(): ErrorCode | null {
    return this.checkout.problem
  }

  /** Asks to cancel. Whether it came in time, a snapshot tells. */
  async cancel(): Promise<void> {
    this.#cancelRequested = true
    if (this.snapshot && !isFinal(this.snapshot.status)) await this.checkout.send('cancel')
  }

  /** Looks at once what the backend knows, instead of waiting to be told. */
  refresh(): void {
    this.checkout.refresh()
  }

  /** Focuses the field, or the heading where there is none. */
  override focus(options?: FocusOptions): void {
    const target = this.field ?? this.shadowRoot?.querySelector('h2')
    target?.focus(options)
  }

  /** Heading and text. */
  protected headline(snapshot: Snapshot, messages: M): Headline {
    const isTooLate = snapshot.status === 'paid' && this.#cancelRequested
    return isTooLate ? messages.tooLate : headlineFor(snapshot, messages)
  }

  /** The field, with what is in it now: not everything that fills one in says so. */
  protected get field(): HTMLInputElement | null {
    return this.shadowRoot?.querySelector<HTMLInputElement>('[part=input]') ?? null
  }

  /** What the live region says; it speaks when the text changes: other words, a minute left, ten seconds left. */
  protected announcement(messages: M): string {
    const { snapshot } = this
    const { secondsLeft } = this.checkout
    const limit = secondsLeft > 60 ? 0 : secondsLeft > 10 ? 60 : secondsLeft && 10
    // Whoever opens the page reads it anyway.
    if (!snapshot || (snapshot.status === 'open' && !snapshot.lastAttempt)) return ''
    return limit && snapshot.status.startsWith('awaiting') && !snapshot.cancelRequested
      ? `${messages.validFor} ${limit} ${messages.seconds}`
      : this.headline(snapshot, messages).join('. ')
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('session') || changed.has('server')) {
      this.checkout.open(this.server?.trim() || defaultServer, this.session?.trim())
    }
    const { snapshot } = this
    this.#cancelRequested =
      !!snapshot?.cancelRequested ||
      (this.#cancelRequested && !!snapshot && !/^(open|starting)$/.test(snapshot.status))
    this.#hadFocus = !!this.shadowRoot?.activeElement
  }

  protected override render(): TemplateResult {
    const { snapshot, problem, reconnecting } = this.checkout
    const locale = localeOf(this, this.locales)
    const messages = this.locales[locale] as M
    const headline = snapshot ? this.headline(snapshot, messages) : null
    const isBusy =
      !problem &&
      (snapshot ? snapshot.status !== 'open' && !isFinal(snapshot.status) : this.session)
    const connectionText = snapshot ? messages.reconnecting : messages.connecting
    // Text is a property, not a child: a page's translator puts nodes of its own in the place of a text, and what Lit
    // would write into the old one nobody sees.
    return html`<div part="card" lang=${locale} dir="ltr">
      <slot name="header">
        <div part="mark" class=${isBusy ? 'busy' : ''} aria-hidden="true">
          <i></i><i></i><i></i>
        </div>
      </slot>
      ${snapshot ? summary(snapshot, messages) : null}
      <p part="error" role="alert" .textContent=${problem ? this.#errorText(messages) : ''}></p>
      ${
        problem === 'unreachable'
          ? html`<button
              part="retry"
              @click=${this.#retry}
              .textContent=${messages.tryAgain}
            ></button>`
          : null
      }
      <div part="view">
        ${
          headline
            ? html`<h2 part="heading" tabindex="-1" .textContent=${headline[0]}></h2>
                <p part="text" .textContent=${headline[1]}></p>`
            : null
        }
        ${this.view(snapshot, messages)}
      </div>
      <p part="connection" .textContent=${reconnecting && !problem ? connectionText : ''}></p>
      <slot name="footer"></slot>
      <p role="status" .textContent=${this.announcement(messages)}></p>
    </div>`
  }

  /** A page in which the template cannot be drawn shows its own content, and is told. */
  protected override update(changed: PropertyValues<this>): void {
    try {
      super.update(changed)
    } catch (error) {
      if (this.#renderFailed) return
      this.#renderFailed = true
      console.error(error)
      // From a document of our own: `<form name="createElement">` hides what the page's can do.
      const slot = new Document().createElementNS('http://www.w3.org/1999/xhtml', 'slot')
      this.renderRoot.replaceChildren(slot)
      this.checkout.showError('internal_error')
    }
  }

  #errorText(messages: M): string {
    const { problem, retryAfter } = this.checkout
    const minutes = Math.ceil(retryAfter / 60)
    return problem === 'too_many_requests' && minutes && minutes <= maxRetryMinutes
      ? messages.tryAgainIn(minutes)
      : errorText(problem ?? '', messages)
  }

  #retry = (): void => this.checkout.retry()

  protected override updated(): void {
    // Whoever worked inside must not fall back to the top of the page when a view goes.
    if (this.#hadFocus && !this.shadowRoot?.activeElement) {
      this.renderRoot.querySelector('h2')?.focus()
    }
  }
}
