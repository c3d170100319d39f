import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that Linux gives out by itself: another process may have one of those by the time a server is restarted on
 * it. Processes that were started together have blocks of their own.
 */
const range = { first: 15_000, blocks: 34, blockSize: 500 }
const first = range.first + (process.pid % range.blocks) * range.blockSize
/** Two processes with the same block would otherwise ask for the same port in the same moment. */
let next = randomInt(range.blockSize)

/** A port that no process listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + (next++ % range.blockSize)
    if (await isFree(port)) return port
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
