import { createServer } from 'node:http'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'

/** An event as the shop heard it. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly checkoutId: string
  readonly version: number
  /** Why a person must look, where it says so. */
  readonly review: string | null
  /** The attempts that it tells were paid. */
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

export type Word = 'yes' | 'no' | 'nothing'

/** The shop's backend: hears webhooks, remembers each by its id, and has the last word where it is asked. */
export class Shop {
  readonly heard = new Map<string, ReceivedEvent>()
  /** What it last said of each attempt. */
  readonly said = new Map<string, Word>()
  /** An id that came with two different bodies. */
  changedBodies = 0
  isUp = true
  word: Word = 'yes'
  readonly #server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const id = String(request.headers['webhook-id'])
      if (request.url === '/authorize') {
        const { checkout } = (JSON.parse(body) as WebhookPayload).data
        this.said.set(checkout.attempts.at(-1)?.id ?? '', this.word)
        if (this.word === 'nothing') request.socket.destroy()
        else response.end(JSON.stringify({ approve: this.word === 'yes' }))
      } else if (this.isUp) {
        this.#hear(id, body)
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

  /** The events of a checkout, each once. */
  heardOf(checkoutId: string): ReceivedEvent[] {
    return [...this.heard.values()].filter((event) => event.checkoutId === checkoutId)
  }

  close(): void {
    void this.#listener?.close()
  }

  #hear(id: string, body: string): void {
    const known = this.heard.get(id)
    if (known) {
      known.times++
      if (known.body !== body) this.changedBodies++
      return
    }
    const { type, data } = JSON.parse(body) as WebhookPayload
    const { id: checkoutId, version, review } = data.checkout
    const payments = data.checkout.payments.map(({ attemptId }) => attemptId)
    this.heard.set(id, { id, type, checkoutId, version, review, payments, body, times: 1 })
  }
}
