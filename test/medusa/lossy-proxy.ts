/** Stands between Medusa and the payment server, and can lose answers. */
import { createServer } from 'node:http'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'

export class LossyProxy {
  readonly url: string
  /** So many answers to refunds do not arrive, by the id of the checkout. */
  readonly losing = new Map<string, number>()
  lost = 0
  readonly #listener: Listener
  #target = ''

  private constructor(listener: Listener) {
    this.url = listener.url
    this.#listener = listener
  }

  static async open(): Promise<LossyProxy> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        void proxy.#pass(request.method ?? '', request.url ?? '', request.headers, chunks).then(
          async (answer) => {
            const text = await answer.text()
            if (proxy.#loses(request.method ?? '', request.url ?? '')) {
              request.socket.destroy()
              return
            }
            const type = answer.headers.get('content-type') ?? ''
            response.writeHead(answer.status, { 'content-type': type }).end(text)
          },
          () => request.socket.destroy(),
        )
      })
    })
    const proxy = new LossyProxy(await listen(server))
    return proxy
  }

  pointTo(target: string): void {
    this.#target = target
  }

  close(): Promise<void> {
    return this.#listener.close()
  }

  #pass(method: string, path: string, headers: object, chunks: readonly Buffer[]) {
    const names = ['authorization', 'content-type', 'idempotency-key']
    const passed = Object.entries(headers).filter(([name]) => names.includes(name))
    const body = Buffer.concat(chunks)
    return fetch(this.#target + path, {
      method,
      headers: Object.fromEntries(passed) as Record<string, string>,
      ...(body.length > 0 && { body }),
    })
  }

  #loses(method: string, path: string): boolean {
    const [, checkout = ''] = /checkouts\/([^/]+)\/refunds/.exec(path) ?? []
    const left = this.losing.get(checkout) ?? 0
    if (method !== 'POST' || left === 0) return false
    this.losing.set(checkout, left - 1)
    this.lost++
    return true
  }
}
