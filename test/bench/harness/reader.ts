import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { origin } from './order.ts'

export interface Address {
  readonly port: number
  readonly token: string
}

/** All readers share one buffer: each chunk is read before the next one arrives. */
const buffer = Buffer.alloc(64 * 1024)
const lineFeed = 10

/** Several source addresses, because one has too few port numbers; only Linux has them without configuration. */
const addresses = process.platform === 'linux' ? 8 : 1
let opened = 0

/**
 * One browser's event stream on a bare socket, so that the client costs less than the server. `onEvent` gets the bytes
 * in which an event ended; it must not keep them.
 */
export function openReader(
  { port, token }: Address,
  onEvent: (events: number, bytes: Buffer) => void,
  onClose: () => void = () => {},
): Socket {
  let before = 0
  const socket = connect({
    host: '127.0.0.1',
    port,
    localAddress: `127.0.0.${(opened++ % addresses) + 1}`,
    noDelay: true,
    onread: {
      buffer,
      callback(length) {
        const bytes = buffer.subarray(0, length)
        const events = countEvents(bytes, before)
        before = bytes.at(-1) ?? 0
        if (events > 0) onEvent(events, bytes)
        return true
      },
    },
  })
  socket.write(
    `GET /v1/session/events HTTP/1.1\r\nhost: pay.shop.example\r\norigin: ${origin}\r\n` +
      `authorization: Bearer ${token}\r\naccept: text/event-stream\r\n\r\n`,
  )
  socket.on('error', () => {}) // 'close' follows
  socket.on('close', onClose)
  return socket
}

/** [whatwg] an event ends with an empty line; here always two line feeds, which nothing else in the stream has. */
function countEvents(bytes: Buffer, before: number): number {
  let events = before === lineFeed && bytes[0] === lineFeed ? 1 : 0
  for (let at = bytes.indexOf('\n\n'); at !== -1; at = bytes.indexOf('\n\n', at + 2)) events++
  return events
}
