import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Context } from 'hono'
import type { Checkout } from '../core/checkout.ts'
import { shuttingDown } from '../core/errors.ts'
import type { HttpProblem, ErrorToResponse } from './problem.ts'
import { isFinal } from '../protocol/index.ts'
import type { FoundSession, Merchant, Merchants } from './merchants.ts'
import { streamHeaders } from './sse.ts'
import type { SseConnection, Sink } from './sse.ts'
import { assertOrigin, bearer, commonHeaders, corsHeaders, varyHeader } from './middleware.ts'
import type { Origins } from './middleware.ts'

export interface EventsDeps {
  readonly merchants: Merchants
  /** Those of all merchants. */
  readonly origins: Origins
  /** For requests that are no merchant's. */
  readonly errorToResponse: ErrorToResponse
}

/** Of every call that a browser makes, so that one preflight is enough for all of them. */
export const sessionPath = '/v1/session'
export const eventsPath = '/v1/session/events'

/** Whether a GET is for the event stream: by its path, or by what it accepts of the session. */
export const wantsEvents = (path: string, accept: string | undefined): boolean =>
  path === eventsPath || (path === sessionPath && accept?.startsWith('text/event-stream') === true)

/** [whatwg] "204 No Content" tells a client to stop reconnecting: it has received the final status already. */
const alreadyDelivered = (checkout: Checkout, lastEventId: string | undefined): boolean =>
  isFinal(checkout.status) && lastEventId === String(checkout.version)

/** The event stream as a web `Response`, for servers that mount the app as a fetch handler. */
export async function webEvents(
  c: Context<{ Variables: { merchant?: Merchant } }>,
  merchants: Merchants,
): Promise<Response> {
  const session = bearer(c.req.header('authorization'))
  const { merchant, checkout } = await merchants.bySession(session, c.req.header('origin'))
  c.set('merchant', merchant)
  const { sse } = merchant
  if (merchant.isDraining()) throw shuttingDown()
  // Hono runs the GET handler for HEAD and drops the body, so the stream would never be closed.
  if (c.req.raw.method === 'HEAD') return c.body(null, 200, streamHeaders)
  const lastEventId = c.req.header('last-event-id')
  if (alreadyDelivered(checkout, lastEventId)) return c.body(null, 204)
  sse.admit(checkout.id)

  const { signal } = c.req.raw
  let stream: SseConnection | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream = sse.open(checkout, webSink(controller), lastEventId)
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
  const finish = (action: () => void) => {
    if (!isOpen) return
    isOpen = false
    action()
  }
  return {
    write(text) {
      if (isOpen) controller.enqueue(encoder.encode(text))
    },
    end: () => finish(() => controller.close()),
    destroy: () => finish(() => controller.error(new Error('The client does not read'))),
    get bufferedBytes() {
      return -(controller.desiredSize ?? 0)
    },
  }
}

type NodeRequest = IncomingMessage | Http2ServerRequest
type NodeResponse = ServerResponse | Http2ServerResponse

/** The same stream written directly to Node's response, at a fifth of the cost; for HTTP/1.1 and HTTP/2. */
export function nodeEvents(deps: EventsDeps) {
  return (request: NodeRequest, response: NodeResponse): void => {
    const { origin, authorization } = request.headers
    let merchant: Merchant | undefined
    const respondWithError = (error: unknown) => {
      const { errorToResponse } = merchant ?? deps
      const isAllowed = origin !== undefined && deps.origins.has(origin)
      refuseOnNode(
        response,
        errorToResponse(error),
        isAllowed ? corsHeaders(origin) : { vary: varyHeader },
      )
    }
    try {
      assertOrigin(deps.origins, request.method ?? '', origin)
      const session = bearer(authorization)
      const open = (found: FoundSession) => {
        merchant = found.merchant
        openOnNode(found, request, response)
      }
      const cached = deps.merchants.peekSession(session, origin)
      if (cached) open(cached)
      else deps.merchants.bySession(session, origin).then(open).catch(respondWithError)
    } catch (error) {
      respondWithError(error)
    }
  }
}

function openOnNode(
  { merchant, checkout }: FoundSession,
  request: NodeRequest,
  response: NodeResponse,
): void {
  if (merchant.isDraining()) throw shuttingDown()
  const { origin } = request.headers
  const header = request.headers['last-event-id']
  const lastEventId = typeof header === 'string' ? header : undefined
  const cors = origin === undefined ? { vary: varyHeader } : corsHeaders(origin)
  if (alreadyDelivered(checkout, lastEventId)) {
    response.writeHead(204, { 'cache-control': 'no-store', ...cors }).end()
    return
  }
  merchant.sse.admit(checkout.id)
  // The client may have disconnected while its session was looked up.
  if (response.destroyed) return
  response.writeHead(200, { ...streamHeaders, ...cors })
  const stream = merchant.sse.open(checkout, new NodeSink(response), lastEventId)
  response.on('close', () => stream.closed())
  response.on('error', ignoreError)
}

/** 'close' follows. Shared by all streams, so that each one holds a closure less. */
const ignoreError = () => {}

class NodeSink implements Sink {
  readonly #response: NodeResponse

  constructor(response: NodeResponse) {
    this.#response = response
  }

  write(text: string): void {
    // The two kinds of response have the same `write`, but TypeScript cannot call a union of overloads.
    ;(this.#response as ServerResponse).write(text)
    // Node corks the socket until the current turn ends; the client need not wait for the rest of it.
    this.#response.socket?.uncork()
  }

  end(): void {
    this.#response.end()
  }

  destroy(): void {
    this.#response.destroy()
  }

  get bufferedBytes(): number {
    return this.#response.writableLength
  }
}

/** Writes a problem directly to Node's response, with the headers that every response of the app has. */
export function refuseOnNode(
  response: NodeResponse,
  { status, headers, body }: HttpProblem,
  cors: Record<string, string> = {},
): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { ...commonHeaders, ...headers, ...cors }).end(body)
}
