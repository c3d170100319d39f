import { Agent, createServer, IncomingMessage, request } from 'node:http'
import type { OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { freePort } from '../support/free-port.ts'

/** One request and, once it came, its answer. */
export interface Exchange {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  answer: { readonly status: number; readonly signature: string; readonly body: string } | null
}

/** How an answer drips: half of it at once, and of the other half a piece now and then, or none before the line is cut. */
export interface Drip {
  readonly isWhole: boolean
  /** How long the other half takes, or the cut. */
  readonly ms: number
  readonly after: (ms: number, fn: () => void) => void
}

/** Called for every exchange: before it has an effect, after the effect, and after the answer was delivered. */
export interface ProxyHooks {
  before?(exchange: Exchange): void
  after?(exchange: Exchange): void
  delivered?(exchange: Exchange): void
  /** Asked of every answer of a program of this process. */
  drip?(exchange: Exchange): Drip | null
}

/** What an answer drips into, past what holds answers back until they are complete. */
interface DrippingLine {
  readonly isUp: () => boolean
  readonly write: (piece: Buffer) => void
  readonly end: (last: Buffer) => void
  readonly cut: () => void
}

/** In how many pieces the second half of an answer drips. */
const dripPieces = 4

/** A program behind a proxy: its URL, or, for one of this process, what it does with a request. */
export type Target = string | RequestListener

/**
 * A proxy between two programs that observes their exchanges and can cut the connection. From outside, that looks as if a
 * program was killed: what was not sent never arrives, what was not answered stays unanswered.
 */
export class RecordingProxy {
  readonly #tap: ProxyHooks
  readonly #sockets = new Set<Socket>()
  readonly #agent = new Agent({ keepAlive: true })
  readonly #server = createServer((asked, answer) => void this.#pass(asked, answer))
  #target: URL | RequestListener | null
  #refusedPort: number | null = null
  /** Counts all traffic, so that a caller can see when there is none. */
  activity = 0
  /** Counts the requests. */
  exchanges = 0

  private constructor(target: Target | null, tap: ProxyHooks) {
    this.#target = typeof target === 'string' ? new URL(target) : target
    this.#tap = tap
    this.#server.on('connection', (socket) => this.#keep(socket))
  }

  static async open(target: Target | null, tap: ProxyHooks = {}): Promise<RecordingProxy> {
    const relay = new RecordingProxy(target, tap)
    // Not one that the system chooses: another process could take it while connections are refused.
    const port = await freePort()
    await new Promise<void>((resolve) => relay.#server.listen(port, '127.0.0.1', resolve))
    return relay
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  point(target: string): void {
    this.#target = new URL(target)
  }

  /** Everything in transit is lost, and nothing passes until the proxy gets a target again. */
  cut(): void {
    this.#target = null
    this.activity++
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  /** Connections are refused: no request is sent. */
  refuse(): void {
    const { port } = this.#server.address() as AddressInfo
    this.#refusedPort ??= port
    this.activity++
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  async accept(): Promise<void> {
    const port = this.#refusedPort
    if (port === null) return
    this.#refusedPort = null
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
  }

  close(): void {
    this.cut()
    this.#server.close()
    this.#agent.destroy()
  }

  #whereTo(): URL | RequestListener | null {
    return this.#target
  }

  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => void this.#sockets.delete(socket))
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.activity++
    this.exchanges++
    const body = await readAll(asked)
    if (body === null || !this.#target) {
      asked.socket.destroy()
      return
    }
    const { headers, method, rawHeaders, url: path = '/' } = asked
    const exchange: Exchange = { path, headers, body, answer: null }
    this.#tap.before?.(exchange)
    const to = this.#whereTo()
    // A hook has cut the connection.
    if (!to) return
    if (typeof to === 'function') {
      to(new ReceivedRequest(asked, body), this.#watch(answer, exchange))
      return
    }
    const { hostname, port } = to
    const outgoing = request({
      ...{ hostname, port, path, method, agent: this.#agent },
      headers: withoutHop(rawHeaders),
    })
    outgoing.on('socket', (socket) => this.#keep(socket))
    outgoing.on('error', () => {
      this.activity++
      asked.socket.destroy()
    })
    outgoing.on('response', (incoming) => void this.#hand(incoming, answer, exchange))
    answer.on('close', () => {
      if (!answer.writableFinished) outgoing.destroy()
    })
    outgoing.end(body)
  }

  /** Holds the answer of a program of this process back until it is complete. */
  #watch(answer: ServerResponse, exchange: Exchange): ServerResponse {
    const head = answer.writeHead.bind(answer)
    const end = answer.end.bind(answer)
    const write: (piece: Buffer) => boolean = answer.write.bind(answer)
    let text = ''
    let headers: OutgoingHttpHeaders = {}
    const keep = (chunk: unknown) => {
      if (typeof chunk === 'string') text += chunk
      else if (chunk instanceof Uint8Array) text += Buffer.from(chunk).toString()
      return true
    }
    return Object.assign(answer, {
      writeHead(status: number, fields: OutgoingHttpHeaders = {}) {
        answer.statusCode = status
        headers = fields
        return answer
      },
      write: keep,
      end: (chunk?: unknown) => {
        keep(chunk)
        const { statusCode: status } = answer
        this.activity++
        exchange.answer = {
          status,
          signature: String(headers['netgiro_signature'] ?? ''),
          body: text,
        }
        this.#tap.after?.(exchange)
        if (!answer.socket || answer.socket.destroyed) return answer
        head(status, headers)
        const delivered = () => {
          this.activity++
          this.#tap.delivered?.(exchange)
        }
        const drip = this.#tap.drip?.(exchange)
        if (!drip) return end(text, delivered)
        this.#drip(Buffer.from(text), drip, {
          isUp: () => answer.socket?.destroyed === false,
          write: (piece) => void write(piece),
          end: (last) => void end(last, delivered),
          cut: () => void answer.socket?.destroy(),
        })
        return answer
      },
    })
  }

  #drip(body: Buffer, { isWhole, ms, after }: Drip, line: DrippingLine): void {
    const half = Math.floor(body.length / 2)
    const then = (delay: number, act: () => void) =>
      after(delay, () => {
        this.activity++
        if (line.isUp()) act()
      })
    line.write(body.subarray(0, half))
    if (!isWhole) {
      then(ms, line.cut)
      return
    }
    const size = Math.ceil((body.length - half) / dripPieces)
    for (let piece = 1; piece <= dripPieces; piece++) {
      const rest = body.subarray(half + size * (piece - 1))
      const isLast = piece === dripPieces
      then((ms / dripPieces) * piece, () =>
        isLast ? line.end(rest) : line.write(rest.subarray(0, size)),
      )
    }
  }

  async #hand(incoming: IncomingMessage, answer: ServerResponse, exchange: Exchange) {
    this.activity++
    const { statusCode: status = 0, rawHeaders, headers } = incoming
    if (headers['content-type']?.startsWith('text/event-stream')) {
      answer.writeHead(status, withoutHop(rawHeaders)).flushHeaders()
      incoming.on('data', () => this.activity++)
      incoming.on('error', () => {})
      incoming.pipe(answer)
      return
    }
    const body = await readAll(incoming)
    if (body === null) {
      answer.socket?.destroy()
      return
    }
    exchange.answer = { status, signature: String(headers['netgiro_signature'] ?? ''), body }
    this.#tap.after?.(exchange)
    if (!answer.socket || answer.socket.destroyed) return
    answer.writeHead(status, withoutHop(rawHeaders))
    answer.end(body, () => {
      this.activity++
      this.#tap.delivered?.(exchange)
    })
  }
}

/** A request whose body has been read, for another reader. */
class ReceivedRequest extends IncomingMessage {
  /** As the adapter of Hono takes it. */
  readonly rawBody: Buffer

  constructor({ socket, method, url, headers, rawHeaders }: IncomingMessage, body: string) {
    super(socket)
    Object.assign(this, { method, url, rawHeaders, complete: true })
    this.headers = headers
    this.rawBody = Buffer.from(body)
    this.push(this.rawBody)
    this.push(null)
  }
}

/** Without the headers of one hop: those of the proxy's own connections replace them. */
function withoutHop(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (/^(?:connection|keep-alive|transfer-encoding|content-length)$/i.test(name)) continue
    kept.push(name, rawHeaders[index + 1] ?? '')
  }
  return kept
}

/** Null if the other side disconnected in the middle. */
async function readAll(incoming: IncomingMessage): Promise<string | null> {
  let text = ''
  try {
    for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk)
  } catch {
    return null
  }
  return incoming.complete ? text : null
}
