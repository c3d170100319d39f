import { checked, toJson } from './answers.ts'
import type { CallbackKind, CallbackRecord, Callbacks, Message } from './callbacks.ts'
import type { Cart } from './cart.ts'
import type { Clock } from '../simulator-kit/clock.ts'
import type { Entry } from './entry.ts'
import { falsified } from './replies.ts'
import { newNonce, sign } from './signature.ts'
import { noticeV2 } from './v2/callbacks.ts'

/** [netgiro] insert-cart: the body is CheckCart's answer; "considered acknowledged only if they respond with 200 OK". */
function noticeV1(cart: Cart, url: string): Pick<Message, 'write' | 'acknowledges'> {
  const answer = checked(cart)
  return {
    acknowledges: (status) => status === 200,
    write(secretKey, wrong) {
      const body = toJson(falsified(answer, wrong))
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
  tell(entry: Entry): void {
    const { cart, callbacks } = entry
    const kind: CallbackKind = cart.state === 'canceled' ? 'cancel' : 'payment'
    const { callbackCancelUrl, callbackUrl, api } = cart.order
    const url = kind === 'cancel' ? callbackCancelUrl : callbackUrl
    if (!url) return
    const notice = api === 'v2' ? noticeV2(cart) : noticeV1(cart, url)
    const about = cart.transactionId
    const log = (record: CallbackRecord) => void callbacks.push(record)
    const delivery = this.#callbacks.deliver({ kind, url, about, log, ...notice })
    entry.telling = delivery.then((outcome) => {
      // Unsent is what the real test server does, whose background job does not run: the cart stays at 10429.
      if (kind === 'cancel' || outcome === 'unsent') return
      const acknowledged = outcome === 'acknowledged'
      const moved = cart.answerCallback(acknowledged, this.#clock.now())
      if (moved && !acknowledged) this.tell(entry)
    })
  }
}
