import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { sign } from '../../../server/providers/netgiro/signature.ts'
import { credentials } from '../harness/order.ts'
import type { Cart } from './provider.ts'
import { pathOf } from './provider.ts'

/** A POST as bytes, made before the clock runs. */
export function post(path: string, body: string, signature = ''): string {
  return (
    `POST ${path} HTTP/1.1\r\nhost: pay.shop.example\r\n` +
    'content-type: application/json; charset=utf-8\r\n' +
    `netgiro_nonce: ${nonce}\r\nnetgiro_signature: ${signature}\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`
  )
}

const nonce = '40018752000005678'

export const callbackBody = ({ id, order }: Cart): string =>
  JSON.stringify({
    PaymentSuccessful: false,
    PaymentInfo: { TransactionId: id, ReferenceNumber: order.Reference, TotalAmount: order.Amount },
    Success: true,
    Message: null,
    ResultCode: 10429,
  })

/** The provider's callback about a cart. */
export function callback(cart: Cart): string {
  const body = callbackBody(cart)
  const signature = sign(credentials.secretKey, nonce, cart.order.CallbackUrl, body)
  return post(pathOf(cart), body, signature)
}

/** One connection that stays open, as a provider's would. */
export class CallbackConnection {
  readonly #socket: Socket
  #onAnswer: (status: string) => void = () => {}

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket.setEncoding('latin1')
    this.#socket.on('error', () => {}) // the caller that waits for an answer times out
    this.#socket.on('data', (head: string) => this.#onAnswer(head.slice(9, 12)))
  }

  /** Resolves to the status of the response; the request has been written when this returns. */
  send(request: string): Promise<string> {
    const answered = new Promise<string>((resolve) => {
      this.#onAnswer = resolve
    })
    this.#socket.write(request)
    return answered
  }

  close(): void {
    this.#socket.destroy()
  }
}
