import { lightServer } from '../harness/light-server.ts'
import { listen } from '../harness/listen.ts'
import { publicUrl } from '../harness/order.ts'
import { providerAnswer, stillWaiting } from '../harness/provider-answer.ts'

/** One request for payment, as far as a benchmark needs it. */
export interface Cart {
  readonly id: string
  readonly order: Order
  state: 'waiting' | 'reserved' | 'paid' | 'declined' | 'canceled'
  /** By `performance.now()`, if this provider received the call. */
  readonly insertedAt?: number
  canceledAt?: number
  /** Called when CheckCart is asked, once. */
  onNextCheck?: (() => void) | undefined
}

interface Order {
  readonly Amount: number
  readonly Reference: string
  readonly ConfirmationType: number
  readonly CallbackUrl: string
}

export interface Calls {
  readonly InsertCart: number
  readonly CheckCart: number
  readonly ConfirmCart: number
  readonly CancelCart: number
}

/**
 * A provider that answers at once, or after `delayMs`: shoppers approve when the benchmark lets them, and money is taken
 * when it was confirmed.
 */
export class BenchProvider {
  readonly #carts = new Map<string, Cart>()
  readonly #byReference = new Map<string, Cart>()
  readonly #pollIntervalMs: number
  readonly #delayMs: number
  readonly #onCheck: (cart: Cart) => void
  readonly #calls = { InsertCart: 0, CheckCart: 0, ConfirmCart: 0, CancelCart: 0 }
  #apiUrl = ''
  /** The same answer each time, signed once: most polls get it. */
  #notYet = ''
  #inFlight = 0
  /** The most calls in flight at the same time. */
  maxInFlight = 0

  constructor(pollIntervalMs: number, delayMs = 0, onCheck: (cart: Cart) => void = () => {}) {
    this.#pollIntervalMs = pollIntervalMs
    this.#delayMs = delayMs
    this.#onCheck = onCheck
  }

  async listen(): Promise<string> {
    const server = lightServer(
      (path, body) => this.#answer(path, body),
      (send) => this.#deliver(send),
    )
    this.#apiUrl = `http://127.0.0.1:${await listen(server)}/v1`
    this.#notYet = providerAnswer(`${this.#apiUrl}/Checkout/CheckCart`, stillWaiting)
    return this.#apiUrl
  }

  get calls(): Calls {
    return { ...this.#calls }
  }

  /** A cart from before. */
  add(cart: Cart): void {
    this.#carts.set(cart.id, cart)
    const { Reference } = cart.order
    this.#byReference.set(Reference.slice(0, Reference.lastIndexOf('-')), cart)
  }

  /** By the shop's reference, which an attempt's begins with. */
  find(reference: string): Cart {
    const cart = this.#byReference.get(reference)
    if (!cart) throw new Error(`${reference} was never asked for`)
    return cart
  }

  #deliver(send: () => void): void {
    this.maxInFlight = Math.max(this.maxInFlight, ++this.#inFlight)
    const done = () => {
      this.#inFlight--
      send()
    }
    if (this.#delayMs > 0) setTimeout(done, this.#delayMs)
    else done()
  }

  #answer(path: string, body: string): string {
    const url = this.#apiUrl.replace(/\/v1$/, path)
    const fields = JSON.parse(body) as Order & { readonly TransactionId?: string }
    const call = path.slice(path.lastIndexOf('/') + 1) as keyof Calls
    this.#calls[call]++
    if (call === 'InsertCart') return providerAnswer(url, this.#insert(fields))
    const cart = this.#carts.get(fields.TransactionId ?? '')
    if (!cart) return this.#notYet
    if (call === 'CheckCart') this.#noteCheck(cart)
    else if (call === 'ConfirmCart') cart.state = 'paid'
    else cancel(cart)
    return cart.state === 'waiting' ? this.#notYet : providerAnswer(url, answerAbout(cart))
  }

  #noteCheck(cart: Cart): void {
    this.#onCheck(cart)
    const onCheck = cart.onNextCheck
    cart.onNextCheck = undefined
    onCheck?.()
  }

  #insert(order: Order): object {
    const id = `cart-${this.#carts.size}`
    this.add({ id, order, state: 'waiting', insertedAt: performance.now() })
    return {
      TransactionId: id,
      RemoteConfirmationAvailable: true,
      AnnouncementMessage: null,
      ProcessCartCheckIntervalMiliseconds: this.#pollIntervalMs,
      Success: true,
      Message: 'Success',
      ResultCode: 200,
    }
  }
}

function cancel(cart: Cart): void {
  if (cart.state !== 'waiting') return
  cart.state = 'canceled'
  cart.canceledAt = performance.now()
}

/**
 * [netgiro] check-cart: 10200 paid, 10202 canceled, 10423 declined; reserved until our ConfirmCart (10426), or until our
 * answer to the callback (10429).
 */
function answerAbout({ id, order, state }: Cart): object {
  if (state === 'canceled') return { ...stillWaiting, ResultCode: 10202 }
  if (state === 'declined') return { ...stillWaiting, ResultCode: 10423 }
  const reserved = order.ConfirmationType === 2 ? 10426 : 10429
  return {
    PaymentSuccessful: state === 'paid',
    PaymentInfo: {
      TransactionId: id,
      InvoiceNumber: 100_001,
      ReferenceNumber: order.Reference,
      StatusId: state === 'paid' ? 2 : 1,
      Created: '2026-11-20T12:00:00',
      TotalAmount: order.Amount,
      DiscountAmount: 0,
      ShippingAmount: 0,
      HandlingAmount: 0,
      AccountNumber: null,
      NumberOfInstallments: 1,
    },
    Success: true,
    Message: null,
    ResultCode: state === 'paid' ? 10200 : reserved,
  }
}

/** The server's own path in a callback URL; outside, there would be a proxy. */
export const pathOf = (cart: Cart): string => cart.order.CallbackUrl.slice(publicUrl.length)
