import type { Clock } from '../simulator-kit/clock.ts'
import type { CallbackFormat, CallbackKind, CallbackRecord, Callbacks } from './callbacks.ts'
import type { CartRecord } from './cart-record.ts'
import type { Cart } from './cart.ts'
import { corrupt } from './replies.ts'
import { cartStatus, toJson } from './responses.ts'
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
      // Signed over the URL exactly as InsertCart gave it.
      const signature = sign(secretKey, { nonce, url, body })
      return { body, headers: { netgiro_nonce: nonce, netgiro_signature: signature } }
    },
  }
}

/** Sends the callbacks of a cart, and applies the shop's response to it. */
export class Notifier {
  readonly #callbacks: Callbacks
  readonly #clock: Clock

  constructor(callbacks: Callbacks, clock: Clock) {
    this.#callbacks = callbacks
    this.#clock = clock
  }

  /** [netgiro] insert-cart: CallbackUrl is called after the customer's approval, CallbackCancelUrl after every cancellation. */
  notify(record: CartRecord): void {
    const { cart, callbacks } = record
    const kind: CallbackKind = cart.state === 'canceled' ? 'cancel' : 'payment'
    const { callbackCancelUrl, callbackUrl, api } = cart.order
    const url = kind === 'cancel' ? callbackCancelUrl : callbackUrl
    if (!url) return
    const format = api === 'v2' ? callbackFormatV2(cart) : callbackFormatV1(cart, url)
    const { transactionId } = cart
    const log = (sent: CallbackRecord) => void callbacks.push(sent)
    let putOff = () => {}
    const isPutOff = new Promise<void>((resolve) => (putOff = resolve))
    const content = { kind, url, transactionId, log, ...format }
    const delivery = this.#callbacks.deliver({ ...content, putOff })
    const isDelivered = delivery.then((result) => {
      // The real test server sends nothing, because its background job does not run: the cart stays at 10429.
      if (kind === 'cancel' || result === 'unsent') return
      const acknowledged = result === 'acknowledged'
      const isChanged = cart.applyCallbackResult(acknowledged, this.#clock.now())
      if (isChanged && !acknowledged) this.notify(record)
    })
    record.callbackAttempt = Promise.race([isDelivered, isPutOff])
  }
}
