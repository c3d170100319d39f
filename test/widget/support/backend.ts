import type { ProblemCode, Snapshot } from '../../../server/protocol/index.ts'
import type { Clock } from './clock.ts'
import { snapshot } from './snapshots.ts'

export interface Call {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: unknown
  readonly signal: AbortSignal
}

type Answer = (call: Call) => Response | Promise<Response>

/** A backend that says what a test lets it say, over real `Response`s and real streams. */
export class Backend {
  snapshot: Snapshot = snapshot()
  readonly #clock: Clock | undefined
  readonly calls: Call[] = []
  readonly streams: Stream[] = []
  /** What a path answers instead, e.g. `/start`. */
  readonly instead: Partial<Record<'' | '/start' | '/code' | '/cancel' | '/events', Answer>> = {}

  constructor(clock?: Clock) {
    this.#clock = clock
  }

  fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(input as string)
    const call: Call = {
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: init.body ? JSON.parse(init.body as string) : null,
      signal: init.signal!,
    }
    this.calls.push(call)
    const path = url.pathname.replace(/^.*\/v1\/session/, '') as keyof Backend['instead']
    const answer = this.instead[path] ?? (path === '/events' ? this.open : this.show)
    return Promise.race([answer(call), aborted(call.signal)])
  }

  /** With the server's clock as it stands now. */
  get present(): Snapshot {
    const serverTime =
      Date.parse(this.snapshot.serverTime) +
      (this.#clock ? this.#clock.time - this.#clock.began : 0)
    return { ...this.snapshot, serverTime: new Date(serverTime).toISOString() }
  }

  show: Answer = () => json(this.present)

  /** Like the real one: what the reader says it has seen is not told again. */
  open: Answer = ({ signal, headers }) => {
    const stream = new Stream(signal)
    this.streams.push(stream)
    const { present } = this
    if (headers.get('last-event-id') === String(present.version)) stream.write(': up to date\n\n')
    else stream.send(present)
    return stream.response
  }

  /** An answer that does not come. */
  hang: Answer = () => new Promise<Response>(() => undefined)

  unreachable: Answer = () => Promise.reject(new TypeError('Failed to fetch'))

  problem =
    (code: ProblemCode, status = 400): Answer =>
    () =>
      json({ type: 'about:blank', title: 'A title', status, code }, status)

  /** Something happened: every open stream tells of it. */
  tell(changes: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, version: this.snapshot.version + 1, ...changes }
    for (const stream of this.streams) stream.send(this.present)
  }

  to(method: string, path: string): Call[] {
    return this.calls.filter((call) => call.method === method && call.url.pathname.endsWith(path))
  }

  get stream(): Stream {
    return this.streams.at(-1)!
  }
}

export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  })

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error)
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
  })

/** One open event stream, seen from the server's side. */
export class Stream {
  readonly response: Response
  closed = false
  #controller!: ReadableStreamDefaultController<Uint8Array>

  constructor(signal: AbortSignal) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
      },
    })
    this.response = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    signal.addEventListener('abort', () => this.drop())
  }

  send(now: Snapshot): void {
    this.write(`id: ${now.version}\nevent: status\ndata: ${JSON.stringify(now)}\n\n`)
  }

  write(text: string): void {
    if (!this.closed) this.#controller.enqueue(new TextEncoder().encode(text))
  }

  end(): void {
    if (!this.closed) this.#controller.close()
    this.closed = true
  }

  drop(): void {
    if (!this.closed) this.#controller.error(new TypeError('network error'))
    this.closed = true
  }
}
