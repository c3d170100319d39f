import { createServer } from 'node:http'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'
import type { ProviderCallback } from '../../server/core/provider.ts'

/** Where a provider sends its callbacks: takes every callback with 200, and keeps it as it came. */
export class CallbackReceiver {
  readonly #callbacks: ProviderCallback[] = []
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers))
        if (typeof value === 'string') headers.set(name, value)
      const url = this.#url + (request.url ?? '')
      this.#callbacks.push({ url, headers, body: Buffer.concat(chunks) })
      response.end()
    })
  })
  #listener: Listener | null = null

  static async open(): Promise<CallbackReceiver> {
    const receiver = new CallbackReceiver()
    receiver.#listener = await listen(receiver.#server)
    return receiver
  }

  get addresses() {
    return {
      callbackUrl: `${this.#url}/callback`,
      cancelCallbackUrl: `${this.#url}/callback/cancel`,
    }
  }

  callbacks(): readonly ProviderCallback[] {
    return this.#callbacks
  }

  /** Until what was sent has come: everything is on this machine, so nothing is under way for long. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  async close(): Promise<void> {
    await this.#listener?.close()
  }

  get #url(): string {
    return this.#listener?.url ?? ''
  }
}
