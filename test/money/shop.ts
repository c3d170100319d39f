import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An event as the shop heard it. */
export interface Heard {
  readonly id: string
  readonly type: string
  readonly checkoutId: string
  readonly version: number
  /** The attempts that it tells were paid. */
  readonly payments: readonly string[]
  readonly body: string
  times: number
}

interface Told {
  readonly type: string
  readonly data: {
    readonly checkout: {
      readonly id: string
      readonly version: number
      readonly attempts: readonly { readonly id: string }[]
      readonly payments: readonly { readonly attemptId: string }[]
    }
  }
}

export type Word = 'yes' | 'no' | 'nothing'

/** The shop's backend: hears webhooks, remembers each by its id, and has the last word where it is asked. */
export class Shop {
  readonly heard = new Map<string, Heard>()
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
        const { checkout } = (JSON.parse(body) as Told).data
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

  static async open(): Promise<Shop> {
    const shop = new Shop()
    await new Promise<void>((resolve) => shop.#server.listen(0, '127.0.0.1', resolve))
    return shop
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The events of a checkout, each once. */
  heardOf(checkoutId: string): Heard[] {
    return [...this.heard.values()].filter((event) => event.checkoutId === checkoutId)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #hear(id: string, body: string): void {
    const known = this.heard.get(id)
    if (known) {
      known.times++
      if (known.body !== body) this.changedBodies++
      return
    }
    const { type, data } = JSON.parse(body) as Told
    const { id: checkoutId, version } = data.checkout
    const payments = data.checkout.payments.map(({ attemptId }) => attemptId)
    this.heard.set(id, { id, type, checkoutId, version, payments, body, times: 1 })
  }
}
