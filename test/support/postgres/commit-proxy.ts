import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export type Cut = 'before_commit' | 'after_commit'

/** Stands between a client and PostgreSQL, and can break the connection around a COMMIT. */
export class CommitProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** What happens to the next COMMIT. */
  cut: Cut | null = null
  /** COMMITs that were cut. */
  cuts = 0
  /** Whether the database is away from then on. */
  isLastCut = false
  /** Nothing can be connected. */
  isAway = false

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(target: URL): Promise<CommitProxy> {
    const server = createServer()
    const proxy = new CommitProxy(server)
    server.on('connection', (client) => proxy.#relay(client, target))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  urlFor(url: string): string {
    const through = new URL(url)
    through.port = String((this.#server.address() as AddressInfo).port)
    return through.href
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #relay(client: Socket, target: URL): void {
    if (this.isAway) {
      client.destroy()
      return
    }
    const upstream = connect(Number(target.port), target.hostname)
    let isCut = false
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (data) => {
      if (this.cut !== null && /\bcommit\b/i.test(data.toString('latin1'))) {
        isCut = true
        this.cuts++
        if (this.cut === 'before_commit') client.destroy()
        else upstream.write(data)
        this.cut = null
      } else upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (!isCut) {
        client.write(data)
        return
      }
      this.isAway = this.isLastCut
      if (this.isAway) for (const socket of this.#sockets) socket.destroy()
      else client.destroy()
    })
  }
}
