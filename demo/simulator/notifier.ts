import { cartStatus, toJson } from './responses.ts'
import type { CallbackFormat, CallbackKind, CallbackRecord, Callbacks } from './callbacks.ts'
import type { Cart } from './cart.ts'
import type { Clock } from '../simulator-kit/clock.ts'
import type { CartRecord } from './cart-record.ts'
import { corrupt } from './replies.ts'
import { newNonce, sign } from './signature.ts'
import { callbackFormatV2 } from './v2/callbacks.ts'

/** [netgiro] insert-cart: the body is CheckCart's answer; "considered acknowledged only if they respond with 200 OK". */
function callbackFormatV1(cart: Cart, url: string): CallbackFormat {
  const response = cartStatus(cart)
  return {
    isAcknowledged: (status) => status === 200,
    write(secretKey, corruption) {
      const body = toJson(corrupt(response, corruption))
      const nonce = newNonce()
      // Over the URL exactly as InsertCart gave it.
      const signature = sign(secretKey, { nonce, url, body })
      return { body, headers: { netgiro_nonce: nonce, netgiro_signature: signature } }
    },
  }
}

/** Tells the shop what became of a cart, and the cart what the shop made of that. */
export class Notifier {
  readonly #callbacks: Callbacks
  readonly #clock: Clock

  constructor(callbacks: Callbacks, clock: Clock) {
    this.#callbacks = callbacks
    this.#clock = clock
  }

  /** [netgiro] insert-cart: CallbackUrl hears of the customer's yes, CallbackCancelUrl of every cancellation. */
  notify(record: CartRecord): void {
    const { cart, callbacks } = record
    const kind: CallbackKind = cart.state === 'canceled' ? 'cancel' : 'payment'
    const { callbackCancelUrl, callbackUrl, api } = cart.order
    const url = kind === 'cancel' ? callbackCancelUrl : callbackUrl
    if (!url) return
    const format = api === 'v2' ? callbackFormatV2(cart) : callbackFormatV1(cart, url)
    const { transactionId } = cart
    const log = (sent: CallbackRecord) => void callbacks.push(sent)
    const delivery = this.#callbacks.deliver({ kind, url, transactionId, log, ...format })
    record.pendingCallback = delivery.then((outcome) => {
      // Unsent is what the real test server does, whose background job does not run: the cart stays at 10429.
      if (kind === 'cancel' || outcome === 'unsent') return
      const acknowledged = outcome === 'acknowledged'
      const moved = cart.applyCallbackResult(acknowledged, this.#clock.now())
      if (moved && !acknowledged) this.notify(record)
    })
  }
}
