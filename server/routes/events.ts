import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Context } from 'hono'
import type { Checkout } from '../checkout/checkout.ts'
import type { Checkouts } from '../checkout/service.ts'
import { CheckoutError } from '../errors.ts'
import type { Refusal, Refuse } from '../errors.ts'
import { isFinal } from '../protocol.ts'
import { streamHeaders } from '../streams.ts'
import type { EventStream, Sink, Streams } from '../streams.ts'
import { admitOrigin, bearer, commonHeaders, corsHeaders, varies } from './admission.ts'

export interface EventsDeps {
  readonly checkouts: Checkouts
  readonly streams: Streams
  readonly origins: ReadonlySet<string>
  readonly isDraining: () => boolean
  readonly refuse: Refuse
}

export const eventsPath = '/v1/session/events'

/** [whatwg] "204 No Content" is how a server tells a client to stop reconnecting: it has seen the end already. */
const hasSeenTheEnd = (checkout: Checkout, lastEventId: string | undefined): boolean =>
  isFinal(checkout.status) && lastEventId === String(checkout.version)

/** The stream as a web `Response`, for whatever mounts the app as a plain fetch handler. */
export async function webEvents(
  c: Context,
  { checkouts, streams, isDraining }: EventsDeps,
): Promise<Response> {
  const checkout = await checkouts.bySession(bearer(c.req.header('authorization')))
  if (isDraining()) throw new CheckoutError('shutting_down')
  // Hono answers HEAD by running the GET handler and dropping the body: the stream would stay for ever.
  if (c.req.raw.method === 'HEAD') return c.body(null, 200, streamHeaders)
  const lastEventId = c.req.header('last-event-id')
  if (hasSeenTheEnd(checkout, lastEventId)) return c.body(null, 204)
  streams.admit(checkout.id)

  const { signal } = c.req.raw
  let stream: EventStream | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream = streams.open(checkout, webSink(controller), lastEventId)
        if (signal.aborted) stream.closed()
        else signal.addEventListener('abort', () => stream?.closed(), { once: true })
      },
      cancel: () => stream?.closed(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  )
  return c.body(body, 200, streamHeaders)
}

const encoder = new TextEncoder()

function webSink(controller: ReadableStreamDefaultController<Uint8Array>): Sink {
  let isOpen = true
  const once = (last: () => void) => {
    if (!isOpen) return
    isOpen = false
    last()
  }
  return {
    write(text) {
      if (isOpen) controller.enqueue(encoder.encode(text))
    },
    end: () => once(() => controller.close()),
    cut: () => once(() => controller.error(new Error('The reader does not read'))),
    get backlog() {
      return -(controller.desiredSize ?? 0)
    },
  }
}

type NodeRequest = IncomingMessage | Http2ServerRequest
type NodeResponse = ServerResponse | Http2ServerResponse

/** The same stream written straight to Node's response, at a fifth of the price. HTTP/1.1 and HTTP/2 alike. */
export function nodeEvents(deps: EventsDeps) {
  return (request: NodeRequest, response: NodeResponse): void => {
    const { origin, authorization } = request.headers
    const refuse = (error: unknown) => {
      const isAllowed = origin !== undefined && deps.origins.has(origin)
      refuseOnNode(response, deps.refuse(error), isAllowed ? corsHeaders(origin) : { vary: varies })
    }
    try {
      admitOrigin(deps.origins, request.method ?? '', origin)
      const session = bearer(authorization)
      const known = deps.checkouts.peekSession(session)
      if (known) openOnNode(deps, known, request, response)
      else
        deps.checkouts
          .bySession(session)
          .then((checkout) => openOnNode(deps, checkout, request, response))
          .catch(refuse)
    } catch (error) {
      refuse(error)
    }
  }
}

function openOnNode(
  deps: EventsDeps,
  checkout: Checkout,
  request: NodeRequest,
  response: NodeResponse,
): void {
  if (deps.isDraining()) throw new CheckoutError('shutting_down')
  const { origin } = request.headers
  const header = request.headers['last-event-id']
  const lastEventId = typeof header === 'string' ? header : undefined
  const cors = origin === undefined ? { vary: varies } : corsHeaders(origin)
  if (hasSeenTheEnd(checkout, lastEventId)) {
    response.writeHead(204, { 'cache-control': 'no-store', ...cors }).end()
    return
  }
  deps.streams.admit(checkout.id)
  // They may have left while we looked up who they are.
  if (response.destroyed) return
  response.writeHead(200, { ...streamHeaders, ...cors })
  const stream = deps.streams.open(checkout, new NodeSink(response), lastEventId)
  response.on('close', () => stream.closed())
  response.on('error', leaveItToClose)
}

/** 'close' follows. One for all, for a closure more on every stream is one that the garbage collector carries around. */
const leaveItToClose = () => {}

class NodeSink implements Sink {
  readonly #response: NodeResponse

  constructor(response: NodeResponse) {
    this.#response = response
  }

  write(text: string): void {
    // The two kinds of response have the same `write`, but TypeScript cannot call a union of overloads.
    ;(this.#response as ServerResponse).write(text)
    // Node keeps it until all else is done that follows from the same answer; the reader need not wait for that.
    this.#response.socket?.uncork()
  }

  end(): void {
    this.#response.end()
  }

  cut(): void {
    this.#response.destroy()
  }

  get backlog(): number {
    return this.#response.writableLength
  }
}

/** Writes a refusal straight to Node's response, with the headers that the app gives every answer. */
export function refuseOnNode(
  response: NodeResponse,
  { status, headers, body }: Refusal,
  cors: Record<string, string> = {},
): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { ...commonHeaders, ...headers, ...cors }).end(body)
}
