import type { Socket } from 'node:net'
import { serveRequests } from '../harness/rpc-child.ts'
import { openReader } from '../harness/reader.ts'
import { pause } from '../harness/usage.ts'

/** Many browsers at once, each with a stream of its own. */
let events = 0
let bytes = 0
const sockets = new Set<Socket>()

interface OpenOptions {
  readonly port: number
  readonly tokens: readonly string[]
  readonly inFlight: number
}

/** Opens a stream for each token, this many at a time. Returns how long it took until all had their first event. */
function open({ port, tokens, inFlight }: OpenOptions): Promise<{ readonly ms: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    let asked = 0
    let there = 0
    const next = () => {
      const token = tokens[asked++]
      if (token === undefined) return
      let isFirst = true
      const socket = openReader(
        { port, token },
        (count, chunk) => {
          events += count
          bytes += chunk.length
          if (!isFirst) return
          isFirst = false
          if (++there === tokens.length) resolve({ ms: performance.now() - began })
          next()
        },
        () => {
          if (isFirst) reject(new Error('a stream was refused'))
          sockets.delete(socket)
        },
      )
      sockets.add(socket)
    }
    for (let first = 0; first < inFlight; first++) next()
  })
}

const commands = {
  open,
  /** Events and bytes since the last time, once this many have arrived; a lost event ends the wait with a timeout. */
  async received(least: number) {
    for (let turns = 0; events < least && turns < 500; turns++) await pause(10)
    const seen = { events, bytes, open: sockets.size }
    events = bytes = 0
    return seen
  },
  /** With a reset, so that no port is left in TIME_WAIT. */
  async leave() {
    for (const socket of sockets) socket.resetAndDestroy()
    while (sockets.size > 0) await pause(10)
  },
}

export type Readers = typeof commands
serveRequests(commands)
