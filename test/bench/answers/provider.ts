import { lightServer } from '../harness/light-server.ts'
import { listen } from '../harness/listen.ts'
import { publicUrl } from '../harness/order.ts'
import { providerAnswer, stillWaiting } from '../harness/provider-answer.ts'

/** One request for payment, as far as a benchmark needs it. */
export interface Cart {
  readonly id: string
  readonly order: Order
  state: 'waiting' | 'reserved' | 'paid'
  /** Called when CheckCart is asked, once. */
  onNextCheck?: (() => void) | undefined
}

interface Order {
  readonly Amount: number
  readonly Reference: string
  readonly ConfirmationType: number
  readonly CallbackUrl: string
}

/** A provider that answers at once: shoppers approve when the benchmark says so, and money is there when it was confirmed. */
export class BenchProvider {
  readonly #carts = new Map<string, Cart>()
  readonly #byReference = new Map<string, Cart>()
  readonly #paceMs: number
  #apiUrl = ''

  constructor(paceMs: number) {
    this.#paceMs = paceMs
  }

  async listen(): Promise<string> {
    const port = await listen(lightServer((path, body) => this.#answer(path, body)))
    this.#apiUrl = `http://127.0.0.1:${port}/v1`
    return this.#apiUrl
  }

  /** By the shop's reference, which an attempt's begins with. */
  find(reference: string): Cart {
    const cart = this.#byReference.get(reference)
    if (!cart) throw new Error(`${reference} was never asked for`)
    return cart
  }

  #answer(path: string, body: string): string {
    const url = this.#apiUrl.replace(/\/v1$/, path)
    const fields = JSON.parse(body) as Order & { readonly TransactionId?: string }
    const call = path.slice(path.lastIndexOf('/') + 1)
    if (call === 'InsertCart') return providerAnswer(url, this.#insert(fields))
    const cart = this.#carts.get(fields.TransactionId ?? '')
    if (!cart) return providerAnswer(url, stillWaiting)
    if (call === 'CheckCart') noteCheck(cart)
    else if (call === 'ConfirmCart') cart.state = 'paid'
    return providerAnswer(url, answerAbout(cart))
  }

  #insert(order: Order): object {
    const id = `cart-${this.#carts.size}`
    const cart: Cart = { id, order, state: 'waiting' }
    this.#carts.set(id, cart)
    this.#byReference.set(order.Reference.slice(0, order.Reference.lastIndexOf('-')), cart)
    return {
      TransactionId: id,
      RemoteConfirmationAvailable: true,
      AnnouncementMessage: null,
      ProcessCartCheckIntervalMiliseconds: this.#paceMs,
      Success: true,
      Message: 'Success',
      ResultCode: 200,
    }
  }
}

function noteCheck(cart: Cart): void {
  const told = cart.onNextCheck
  cart.onNextCheck = undefined
  told?.()
}

/** [netgiro] check-cart: 10200 paid; reserved until our ConfirmCart (10426), or until our answer to the callback (10429). */
function answerAbout({ id, order, state }: Cart): object {
  if (state === 'waiting') return stillWaiting
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
