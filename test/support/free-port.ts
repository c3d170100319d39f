import { createServer } from 'node:net'

/**
 * Below the ports that Linux gives out by itself: another process may have one of those by the time a server is restarted on
 * it. Every process begins somewhere else.
 */
const range = { first: 15_000, count: 17_000 }
let next = process.pid * 37

/** A port that no process listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = range.first + (next++ % range.count)
    if (await isFree(port)) return port
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
