import type { PropertyValues } from 'lit'
import type { Snapshot } from '../../server/protocol/index.ts'
import { CheckoutElement } from '../checkout-element.ts'
import type { Headline } from '../messages/messages.ts'
import { styles } from '../styles.ts'
import { fallback } from '../views/fallback.ts'
import { paid } from '../views/outcome.ts'
import { HostedForm, type Form } from './hosted-form.ts'
import { locales } from './messages/index.ts'
import type { FormMessages } from './messages/messages.ts'
import { resolveReturnUrl } from './return-url.ts'
import { formStyles } from './styles.ts'
import { buttonView, formView } from './views.ts'

/**
 * Takes a payment by Avarda Checkout 2: shows the provider's own form, which asks the shopper for everything, and says
 * what became of it. The element starts by itself; after an attempt that failed, the shopper presses a button.
 *
 * **The form lives in the page**, in a child with `slot="form"` that the element adds and takes away: the provider's
 * script looks for its place by `document.getElementById`, which does not see into shadow roots. For the same reason the
 * element itself must not stand in one, and a page shows one such form at a time.
 *
 * **Going away and coming back.** A bank or a card page may take the shopper off the page and bring them back to
 * `return-url`, with parameters of its own. That page must give the element the same `session` again: it then shows the
 * same purchase, and the form goes on by itself. No parameter of the address says how a payment ended; the element
 * reads none.
 *
 * That the shopper is done with the form is a doorbell: the element asks the backend, and shows its answer. An event is
 * never proof of payment. A wish to cancel takes the form away, but the provider cannot be told: the checkout is free
 * for another attempt only when the purchase has ended there.
 *
 * Content security policy: `frame-src` needs the provider's origin, and so does `script-src`, or the page's nonce stands
 * in the element's `nonce` attribute. Under Trusted Types allow `lit-html` and `avarda-checkout`.
 *
 * @element avarda-checkout
 *
 * @attr {string} session - The opaque browser credential that the shop's server got from the backend.
 * @attr {string} server - Base URL of the backend. Default: where this script came from, its path included.
 * @attr {'en' | 'is' | 'sv'} locale - Default: the nearest `lang`, then the browser's languages, then `en`.
 * @attr {string} nonce - For the provider's script, where the page's policy asks for one.
 * @attr {string} return-url - Where the shopper comes back to. Default: this page, without the provider's parameters.
 *
 * @prop {Snapshot | null} snapshot - What the backend last said; read-only.
 * @prop {Outcome | null} outcome - How the checkout, or its newest attempt, ended; read-only.
 * @prop {ErrorCode | null} problem - What the element complains of at the moment; read-only.
 *
 * @fires netgiro-before-start - A purchase is about to be opened; `preventDefault()` leaves it to a button.
 * @fires netgiro-status - The snapshot changed, or is known for the first time.
 * @fires netgiro-paid - The checkout is paid.
 * @fires netgiro-declined - An attempt was declined; the shopper may try again.
 * @fires netgiro-canceled - The checkout was closed by the shop (`snapshot.status` is `canceled`), or an attempt was
 *   canceled and the shopper may try again (`open`).
 * @fires netgiro-expired - The checkout's lifetime ended (`expired`), or an attempt took too long (`open`).
 * @fires netgiro-error - Something did not work; `event.code` says what: `form_unavailable` when the form did not load.
 *
 * @slot - Shown until the element is ready: before its script has run, while it loads, without a usable session.
 * @slot form - The element's own: the provider's form.
 * @slot header - Instead of the mark.
 * @slot footer - Below everything.
 * @slot paid - Below the good news, e.g. a link to the receipt.
 *
 * @csspart card - The whole.
 * @csspart mark - Three dots that breathe while something is under way.
 * @csspart summary - Merchant, amount and details.
 * @csspart payee - Who asks for the money, in words.
 * @csspart merchant - Who is paid.
 * @csspart amount - How much.
 * @csspart details - Description and reference.
 * @csspart error - The sentence about something that did not work.
 * @csspart retry - Tries again to reach the backend.
 * @csspart view - Everything that changes with the status.
 * @csspart heading - Where the checkout stands.
 * @csspart text - The sentence under the heading.
 * @csspart hint - “Loading the form…”
 * @csspart button - Starts, or tries again.
 * @csspart timer - The last five minutes of a purchase.
 * @csspart icon - The check mark of a payment.
 * @csspart connection - “Reconnecting…”
 *
 * @cssprop --netgiro-font - Default: Montserrat where it is installed, the system's font elsewhere.
 * @cssprop --netgiro-font-size - Of ordinary text; everything else follows. Default: the page's, and never less than 16px.
 * @cssprop --netgiro-text - Text.
 * @cssprop --netgiro-muted - Secondary text.
 * @cssprop --netgiro-surface - The card.
 * @cssprop --netgiro-line - The card's border and the dividing line.
 * @cssprop --netgiro-accent - The button and the mark.
 * @cssprop --netgiro-on-accent - Text on the button.
 * @cssprop --netgiro-danger - Errors.
 * @cssprop --netgiro-padding - Of the card.
 * @cssprop --netgiro-radius - Of the card.
 * @cssprop --netgiro-control-radius - Of button and notices.
 */
export class AvardaCheckout extends CheckoutElement<FormMessages> {
  static override styles = [styles, formStyles]
  static override properties = { returnUrl: { attribute: 'return-url', reflect: true } }

  declare returnUrl: string | null | undefined

  protected override locales = locales

  readonly #form: HostedForm
  #formState: 'loading' | 'shown' | 'failed' = 'loading'
  /** The shopper said to be done; only a snapshot says how it ended. */
  #checking = false
  #hasStarted = false

  constructor() {
    super()
    this.#form = new HostedForm(this, { onDone: this.#onDone, onChange: this.#onFormState })
  }

  /** Where the provider sends the shopper back to. */
  get callbackUrl(): string {
    return resolveReturnUrl(this.returnUrl)
  }

  /** Opens a purchase. The element does it by itself, once for each session. Does nothing unless the checkout is open. */
  async start(): Promise<void> {
    if (!this.checkout.canStart || !this.session) return
    this.#hasStarted = true
    await this.checkout.start({})
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('session')) this.#hasStarted = false
    super.willUpdate(changed)
    if (!this.#activeForm) {
      this.#checking = false
      this.#formState = 'loading'
    }
  }

  protected override headline(snapshot: Snapshot, messages: FormMessages): Headline {
    return this.#checking && this.#activeForm
      ? messages.checking
      : super.headline(snapshot, messages)
  }

  protected override view(snapshot: Snapshot | null, messages: FormMessages): unknown {
    if (!snapshot) return fallback
    const { busy, secondsLeft } = this.checkout
    const { status, lastAttempt } = snapshot
    const press = (start: () => void, label: string) =>
      buttonView(busy ? messages.status.starting[0] : label, !!busy, start)
    if (canOpenPurchase(snapshot)) {
      return press(() => void this.start(), lastAttempt ? messages.tryAgain : messages.start)
    }
    if (this.#activeForm) {
      return this.#formState === 'failed'
        ? press(this.#retry, messages.tryAgain)
        : formView(secondsLeft, this.#formState === 'loading', messages)
    }
    return status === 'paid' ? paid() : null
  }

  protected override updated(): void {
    super.updated()
    const hadFocus = this.#form.holdsFocus()
    this.#form.show(this.isConnected ? this.#activeForm : null)
    if (hadFocus && !this.#form.holdsFocus()) this.focus()
    const { snapshot } = this
    if (snapshot && canOpenPurchase(snapshot) && !snapshot.lastAttempt && !this.#hasStarted) {
      void this.start()
    }
  }

  /** Moved in the page is not removed from it: the decision falls in a later task. */
  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.platform.after(0, () => this.requestUpdate())
  }

  /** The form that belongs on the page, as far as the backend says. */
  get #activeForm(): Form | null {
    const { snapshot } = this
    return (!snapshot?.cancelRequested && snapshot?.form) || null
  }

  #onDone = (): void => {
    this.#checking = true
    this.requestUpdate()
    this.refresh()
  }

  #onFormState = (state: 'shown' | 'failed'): void => {
    this.#formState = state
    this.requestUpdate()
    if (state === 'failed') this.checkout.showError('form_unavailable')
  }

  #retry = (): void => {
    this.#formState = 'loading'
    this.checkout.problem = null
    this.requestUpdate()
    if (this.#activeForm) this.#form.retry(this.#activeForm)
  }
}

/** Known to be over, or not begun: another purchase may be opened. */
const canOpenPurchase = ({ status, uncertain, cancelRequested }: Snapshot): boolean =>
  status === 'open' && !uncertain && !cancelRequested
