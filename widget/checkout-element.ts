import { html, render, type TemplateResult } from 'lit/html.js'
import { isFinal, type Snapshot } from '../server/protocol/index.ts'
import { CheckoutController } from './checkout-controller.ts'
import { outcomeOf, type Outcome } from './events.ts'
import type { ErrorCode } from './checkout-client.ts'
import { localeOf, watchLang } from './locale.ts'
import { errorText, headlineFor, withOverrides } from './messages/index.ts'
import type { CommonMessages, Headline, MessageOverrides } from './messages/messages.ts'
import { defaultServer } from './default-server.ts'
import type { Ends } from './ends.ts'
import { readGiven } from './given-snapshot.ts'
import type { LazySheet } from './lazy-sheet.ts'
import { styles } from './styles.ts'
import { UpdatingElement, type Changes } from './updating-element.ts'
import { button } from './views/button.ts'
import { summary } from './views/summary.ts'
import { browserPlatform, type Platform } from './platform.ts'
import { version } from './version.ts'

/** The attributes that are served by a file of their own. */
const asksForExtras = '[name],[notify],[layout],[hand-off]'

/** How long to wait before a file is requested again. */
const importRetryMs = 5_000

/**
 * Base of all elements: one session, one card that shows merchant, amount and status, one set of events. Subclasses
 * identify the payer and offer actions in their `view`.
 */
export abstract class CheckoutElement<M extends CommonMessages> extends UpdatingElement {
  /** [html] Lets it take part in the form around it. */
  static readonly formAssociated = true
  /** The version of the package that the element comes from. */
  static readonly version: string = version
  static override attributes: readonly string[] = ['session', 'server', 'locale', 'name']

  declare session: string | null | undefined
  declare server: string | null | undefined
  declare locale: string | null | undefined
  declare name: string | null | undefined

  /** Network and clock. Tests replace it before the element is connected. */
  platform: Platform = browserPlatform

  /** @internal */
  override sheets: readonly LazySheet[] = [styles]

  protected readonly checkout = new CheckoutController(this)
  /** Messages by language; the first one is the default. */
  protected abstract readonly locales: Readonly<Record<string, M>>
  /** What the page knows of the checkout; null once that is used, because only the first one counts. */
  #given: unknown
  #messages: MessageOverrides<M> | null | undefined
  /** What had the focus before an update. */
  #focused: Element | null = null
  #renderFailed = false
  /** [html] Whether the element, or a fieldset around it, is disabled. */
  #isDisabled = false
  /** What the last rendering was made of. */
  #words: M | undefined
  /** What the live region has announced of each topic. */
  #topics: readonly string[] = []
  /** The files that are requested or loaded. */
  readonly #files = new Set<string>()
  /** Says more of an end and of a refusal, once it is loaded. */
  declare protected ends: Ends | undefined

  static override get observedAttributes(): readonly string[] {
    return [...super.observedAttributes, 'snapshot']
  }

  constructor() {
    super()
    watchLang(this)
  }

  /**
   * Imports a file when it is needed first, and after a failure once more: the element works without it.
   *
   * @internal For the element's own files, which cannot call what is protected.
   */
  importOnce<T>(file: string, load: () => Promise<T>, use: (file: T) => void): void {
    if (this.#files.has(file)) return
    this.#files.add(file)
    load().then(
      (loaded) => {
        use(loaded)
        this.requestUpdate()
      },
      () => this.platform.after(importRetryMs, () => this.#files.delete(file)),
    )
  }

  /** The provider's name beside the logo. */
  protected readonly brand: string = 'Netgíró'

  /** The content below the heading. */
  protected abstract view(snapshot: Snapshot, messages: M): unknown

  /** Shown until there is a snapshot: the page's own content. */
  protected readonly fallback: (messages: M) => TemplateResult = () => html`<slot></slot>`

  /** Shown instead while there is no snapshot yet, where the view needs none. */
  declare protected readonly placeholder: Snapshot | undefined

  /**
   * The last state that the backend reported, or the one that the page has set; null before that. The first one that is
   * set, as an object or as JSON, is shown until the backend has responded.
   */
  get snapshot(): Snapshot | null {
    return this.checkout.snapshot
  }

  set snapshot(given: Snapshot | string | null | undefined) {
    if (this.#given !== undefined || !given) return
    this.#given = given
    this.requestUpdate()
  }

  /** The page's own texts instead of some of the element's. */
  get messages(): MessageOverrides<M> | null | undefined {
    return this.#messages
  }

  set messages(texts: MessageOverrides<M> | null | undefined) {
    this.#messages = texts
    this.requestUpdate()
  }

  /**
   * How the checkout ended, or the newest attempt of one that is open again; null before that. For listeners that are
   * added after the event was dispatched.
   */
  get outcome(): Outcome | null {
    return this.snapshot && outcomeOf(this.snapshot)
  }

  /** Resolves with the final snapshot, which may be there already: `paid`, `canceled`, `expired` or `review`. */
  get finished(): Promise<Snapshot> {
    // What was there of the session before is gone.
    this.flush()
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.snapshot && isFinal(this.snapshot.status)) resolve(this.snapshot)
      }
      this.addEventListener('netgiro-status', check)
      check()
    })
  }

  /** The code of the error that is shown, or null. Cleared by the next change of the snapshot. */
  get problem(): ErrorCode | null {
    return this.checkout.problem
  }

  /** [html] Called when that changes: the shopper then starts nothing, and can still cancel a request. */
  formDisabledCallback(isDisabled: boolean): void {
    this.#isDisabled = isDisabled
    this.requestUpdate()
  }

  /** Requests cancellation. Resolves when the backend has responded; a later snapshot contains the outcome. */
  async cancel(): Promise<void> {
    this.flush()
    if (this.snapshot && !isFinal(this.snapshot.status)) await this.checkout.send('cancel')
  }

  /** Reads the current state from the backend now and reconnects the event stream. */
  refresh(): void {
    this.checkout.refresh()
  }

  /** Focuses the input field, or the heading where there is no field. */
  override focus(options?: FocusOptions): void {
    const target = this.field ?? this.renderRoot.querySelector('h2')
    target?.focus(options)
  }

  /** The heading and the text below it. */
  protected headline(snapshot: Snapshot, messages: M): Headline {
    const { secondsLeft, busy } = this.checkout
    // The payment server cancels it by itself. Avarda's form goes on to say what to do.
    const isOver =
      snapshot.status.startsWith('awaiting') && !snapshot.form && !secondsLeft && busy !== 'code'
    return (
      this.ends?.headline(snapshot, messages) ??
      headlineFor(isOver ? { ...snapshot, uncertain: true } : snapshot, messages)
    )
  }

  /** The input field. Its value is read from here, because autofill does not always dispatch `input`. */
  protected get field(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>('[part=input]')
  }

  /** The texts that are announced when they change: the headline and the connection. */
  protected topics(messages: M): readonly string[] {
    const { snapshot } = this
    // Nothing has happened yet; a screen reader reads the page itself.
    const isUntouched = !snapshot || (snapshot.status === 'open' && !snapshot.lastAttempt)
    return [
      ...(isUntouched ? ['', ''] : this.headline(snapshot, messages)),
      this.#connectionText(messages),
    ]
  }

  #connectionText({ offline, reconnecting, connecting }: M): string {
    const { checkout } = this
    if (!checkout.reconnecting || checkout.problem) return ''
    if (!this.snapshot) return connecting
    return navigator.onLine ? reconnecting : offline
  }

  protected override willUpdate(changed: Changes): void {
    if (changed.has('session') || changed.has('server')) {
      this.checkout.open(this.server || defaultServer, this.session ?? '')
    }
    if (this.#given && this.session) {
      const given = this.#given
      // Before a listener of what it tells, which may set another session.
      this.#given = null
      this.checkout.begin(readGiven(given))
    }
    this.#focused = this.renderRoot.activeElement
  }

  /** The element's language. */
  protected get language(): string {
    return localeOf(this, this.locales)
  }

  protected render(): TemplateResult {
    const { snapshot, problem, failedAction } = this.checkout
    const { language } = this
    const messages = withOverrides(this.locales[language] as M, this.messages)
    this.#words = messages
    const isUsable = this.session && (!problem || failedAction)
    const error = problem ? errorText(problem, messages) : ''
    const shown = snapshot ?? (isUsable ? this.placeholder : undefined)
    const [title, text] = shown ? this.headline(shown, messages) : []
    const isInProgress =
      !problem &&
      (snapshot ? snapshot.status !== 'open' && !isFinal(snapshot.status) : this.session)
    // A request that may be waiting can still be canceled.
    const isLocked = this.#isDisabled && shown?.status === 'open'
    // Texts are set as properties, because browser translation replaces text nodes, and Lit would go on to update the
    // detached ones.
    return html`<div part="card" lang=${language} dir="ltr">
      <slot name="header">
        <div part="mark" class=${isInProgress ? 'busy' : ''}>
          <i></i><i></i><i></i>
          <span translate="no" .textContent=${this.brand}></span>
        </div>
      </slot>
      ${shown ? summary(shown, messages) : null}
      <p
        part="error"
        role="alert"
        .textContent=${this.ends?.errorText(error, messages) ?? error}
      ></p>
      ${
        problem === 'unreachable'
          ? button('retry', messages.tryAgain, () => this.checkout.retry())
          : null
      }
      <fieldset role="none" .disabled=${isLocked}>
        <div part="view">
          ${
            shown
              ? html`<h2 part="heading" tabindex="-1" .textContent=${title}></h2>
                  <p part="text" .textContent=${text}></p>
                  ${this.view(shown, messages)}`
              : this.fallback(messages)
          }
        </div>
      </fieldset>
      <p part="connection" .textContent=${this.#connectionText(messages)}></p>
      <slot name="footer"></slot>
      <p role="status"></p>
    </div>`
  }

  /** If rendering throws, the element shows the fallback content and dispatches `netgiro-error`. */
  protected override update(): void {
    try {
      render(this.render(), this.renderRoot)
    } catch (error) {
      if (this.#renderFailed) return
      this.#renderFailed = true
      console.error(error)
      // By the prototype, because `<form name="createElement">` hides the page's own method; MooTools replaces `Document`.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- `call` takes the last overload, which is for old tags
      const slot = HTMLDocument.prototype.createElement.call(document, 'slot')
      this.renderRoot.replaceChildren(slot)
      this.checkout.showError('internal_error')
    }
  }

  protected override updated(): void {
    const { snapshot } = this
    if (this.matches(asksForExtras) || (snapshot && snapshot.status !== 'open')) {
      const load = () => import('./extras/index.ts')
      this.importOnce('extras', load, ({ Extras }) => this.addController(new Extras(this)))
    }
    const root = this.renderRoot
    const region = root.querySelector('[role=status]')
    if (!region || !this.#words) return
    const heading = root.querySelector('h2')
    // When the focused control is removed, the focus must not fall back to the top of the page.
    if (this.#focused && !root.activeElement) heading?.focus({ preventScroll: true })
    // A heading that gets the focus is read for that reason already.
    const isRead = heading && root.activeElement === heading && this.#focused !== heading
    const topics = this.topics(this.#words)
    const news = topics.filter(
      (topic, index) => topic !== (this.#topics[index] ?? '') && (index || !isRead),
    )
    this.#topics = topics
    if (news.length) region.textContent = news.filter(Boolean).map(asSentence).join(' ')
  }
}

const asSentence = (text: string): string => text.replace(/[^.…?]$/, '$&.')
