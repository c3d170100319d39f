import { request as send } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { host } from '../ports.ts'
import type { Target } from './targets.ts'

/** An answer has begun to arrive. */
export interface Answer {
  readonly target: Target
  readonly isStream: boolean
  /** Called when its last byte has arrived, or the connection has broken. */
  readonly onEnd: (listener: () => void) => void
}

/**
 * Passes a request on to the first server that can be reached, and the answer back as it comes. A request that has left is
 * repeated at the next server only if it reads: it may have had an effect, although no answer came.
 *
 * @returns the answer, or null where there is none; the client has been told
 */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  targets: readonly Target[],
): Promise<Answer | null> {
  for (const target of targets) {
    // A connection for each request: on one that is reused, it could not be told whether the request has arrived.
    const socket = await open(target)
    if (!socket) continue
    const answer = await ask(request, response, socket)
    if (answer) {
      relay(answer, response, target)
      return about(answer, target)
    }
    if (response.destroyed) return null
    if (!reads(request)) {
      refuse(response, 502, 'The server broke off. What became of the request is not known.')
      return null
    }
  }
  refuse(response, 503, 'No server is running.')
  return null
}

const reads = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD'

const open = ({ port }: Target): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect({ port, host, noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })

/** Resolves to the head of the answer, or to null where none came. */
const ask = (
  request: IncomingMessage,
  response: ServerResponse,
  socket: Socket,
): Promise<IncomingMessage | null> =>
  new Promise((resolve) => {
    const { method, url: path } = request
    const headers = { ...withoutHops(request.headers), ...forwardedFor(request) }
    const outgoing = send({ createConnection: () => socket, method, path, headers, setHost: false })
    outgoing.once('response', resolve)
    outgoing.on('error', () => resolve(null))
    response.once('close', () => outgoing.destroy())
    if (reads(request)) outgoing.end()
    else request.pipe(outgoing)
  })

function relay(answer: IncomingMessage, response: ServerResponse, { name }: Target): void {
  const { statusCode = 502, headers } = answer
  response.sendDate = false
  response.writeHead(statusCode, { ...withoutHops(headers), 'x-replica': name })
  // An event stream may have nothing to say for seconds.
  response.flushHeaders()
  answer.pipe(response)
  answer.on('error', () => {}) // 'close' follows
  // The client must see that the answer is not whole.
  answer.once('close', () => {
    if (!answer.complete) response.destroy()
  })
}

const about = (answer: IncomingMessage, target: Target): Answer => ({
  target,
  isStream: answer.headers['content-type']?.startsWith('text/event-stream') === true,
  onEnd: (listener) => void answer.once('close', listener),
})

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'content-type': 'text/plain', 'retry-after': '1' }).end(`${text}\n`)
}

/** [rfc9110] 7.6.1: these are about one connection, and not about the message. */
const hops = ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']

const withoutHops = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hops.includes(name)))

function forwardedFor({ headers, socket }: IncomingMessage): IncomingHttpHeaders {
  const before = headers['x-forwarded-for']
  const hop = socket.remoteAddress ?? ''
  return { 'x-forwarded-for': before === undefined ? hop : `${String(before)}, ${hop}` }
}
