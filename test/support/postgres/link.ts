import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/**
 * The way from one server to PostgreSQL, which can be lost like a network: nobody is told. What was connected before stays
 * silent forever, as behind a firewall that has forgotten it.
 */
export class DatabaseLink {
  readonly #server: Server
  readonly #target: URL
  readonly #sockets = new Set<Socket>()
  /** Those that wait until the link is there again. */
  #waiting: Socket[] = []
  /** What was connected when the link was lost. */
  #silent: Socket[] = []
  #isLost = false

  private constructor(server: Server, target: URL) {
    this.#server = server
    this.#target = target
  }

  static async open(target: URL): Promise<DatabaseLink> {
    const server = createServer()
    const link = new DatabaseLink(server, target)
    server.on('connection', (client) => link.#onClient(client))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return link
  }

  urlFor(url: string): string {
    const through = new URL(url)
    through.port = String((this.#server.address() as AddressInfo).port)
    return through.href
  }

  lose(): void {
    this.#isLost = true
    // What it has not heard of since it was lost before, the database has given up by now.
    for (const socket of this.#silent) socket.destroy()
    this.#silent = [...this.#sockets].filter(({ destroyed }) => !destroyed)
    for (const socket of this.#sockets) {
      socket.unpipe()
      socket.pause()
    }
  }

  restore(): void {
    this.#isLost = false
    for (const client of this.#waiting.splice(0)) this.#relay(client)
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #onClient(client: Socket): void {
    this.#keep(client)
    if (this.#isLost) this.#waiting.push(client)
    else this.#relay(client)
  }

  #relay(client: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    this.#keep(upstream)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.pipe(to)
      // While the link is lost, neither side hears that the other one has ended.
      from.on('close', () => {
        if (!this.#isLost) to.destroy()
      })
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
