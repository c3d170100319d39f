import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A line to a server that can go dead without a word, as a phone's does in a tunnel. */
export interface Line {
  readonly url: string
  /** Nothing gets through any more, and nobody is told. */
  die(): void
  /** New connections get through again; those from before stay dead, as after a change of networks. */
  heal(): void
  close(): Promise<void>
}

/** [rfc6298] when TCP asks again for a connection that got no answer, after it has asked first. */
const retriesAtMs = [1_000, 3_000, 7_000, 15_000]

export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isDead = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
  }
  const join = (caller: Socket) => {
    if (caller.destroyed) return
    const server = connect(Number(port), hostname)
    keep(server)
    caller.pipe(server).pipe(caller)
    caller.on('close', () => server.destroy())
    server.on('close', () => caller.destroy())
  }
  const listener = createServer({ pauseOnConnect: true }, (caller) => {
    keep(caller)
    if (!isDead) {
      join(caller)
      return
    }
    for (const ms of retriesAtMs) {
      const timer = setTimeout(() => {
        if (isDead || caller.listenerCount('data') > 0) return
        join(caller)
      }, ms)
      caller.on('close', () => clearTimeout(timer))
    }
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    die() {
      isDead = true
      for (const socket of sockets) {
        socket.unpipe()
        socket.pause()
        // Its end does not get through either.
        socket.removeAllListeners('close')
      }
    },
    heal: () => void (isDead = false),
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
