import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** Stands between clients and PostgreSQL. */
export abstract class DatabaseProxy {
  readonly #server = createServer((client) => this.#accept(client))
  readonly #sockets = new Set<Socket>()
  readonly #target: URL

  constructor(target: URL) {
    this.#target = target
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  urlFor(url: string): string {
    const through = new URL(url)
    through.port = String((this.#server.address() as AddressInfo).port)
    return through.href
  }

  close(): void {
    this.#server.close()
    this.cutAll()
  }

  protected cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Whether a client that connects now is served. */
  protected isOpen(): boolean {
    return true
  }

  /** Passes on what the two say. */
  protected abstract relay(client: Socket, upstream: Socket): void

  #accept(client: Socket): void {
    if (!this.isOpen()) {
      client.destroy()
      return
    }
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    this.relay(client, upstream)
  }
}
