import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'

/** An event as the shop received it. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly checkoutId: string
  readonly version: number
  /** The reason for a review, if any. */
  readonly review: string | null
  /** The ids of the attempts that it reports as paid. */
  readonly payments: readonly string[]
  readonly body: string
  times: number
}

interface WebhookPayload {
  readonly type: string
  readonly data: {
    readonly checkout: {
      readonly id: string
      readonly version: number
      readonly review: string | null
      readonly attempts: readonly { readonly id: string }[]
      readonly payments: readonly { readonly attemptId: string }[]
    }
  }
}

export type Decision = 'yes' | 'no' | 'nothing'

/** The shop's backend: receives webhooks, keeps each by its id, and approves or denies captures. */
export class Shop {
  readonly events = new Map<string, ReceivedEvent>()
  /** Its last decision about each attempt. */
  readonly decisions = new Map<string, Decision>()
  /** How many events came again with a different body. */
  changedBodies = 0
  isUp = true
  decision: Decision = 'yes'
  readonly #server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const id = String(request.headers['webhook-id'])
      if (request.url === '/authorize') {
        const { checkout } = (JSON.parse(body) as WebhookPayload).data
        this.decisions.set(checkout.attempts.at(-1)?.id ?? '', this.decision)
        if (this.decision === 'nothing') request.socket.destroy()
        else response.end(JSON.stringify({ approve: this.decision === 'yes' }))
      } else if (this.isUp) {
        this.#receive(id, body)
        response.end()
      } else {
        response.writeHead(503).end()
      }
    })
  })

  #listener: Listener | null = null

  static async open(): Promise<Shop> {
    const shop = new Shop()
    shop.#listener = await listen(shop.#server)
    return shop
  }

  get url(): string {
    return this.#listener?.url ?? ''
  }

  /** The shop, as requests reach it. */
  readonly handle: RequestListener = (request, response) =>
    void this.#server.emit('request', request, response)

  /** The events of a checkout, each once. */
  eventsOf(checkoutId: string): ReceivedEvent[] {
    return [...this.events.values()].filter((event) => event.checkoutId === checkoutId)
  }

  close(): void {
    void this.#listener?.close()
  }

  #receive(id: string, body: string): void {
    const known = this.events.get(id)
    if (known) {
      known.times++
      if (known.body !== body) this.changedBodies++
      return
    }
    const { type, data } = JSON.parse(body) as WebhookPayload
    const { id: checkoutId, version, review } = data.checkout
    const payments = data.checkout.payments.map(({ attemptId }) => attemptId)
    this.events.set(id, { id, type, checkoutId, version, review, payments, body, times: 1 })
  }
}
