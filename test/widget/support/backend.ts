import type { ProblemCode, Snapshot } from '../../../server/protocol/index.ts'
import { awaitReading, type ManualClock } from './clock.ts'
import { snapshot } from './snapshots.ts'

export interface RecordedRequest {
  readonly method: string
  readonly url: URL
  /** What is asked for: `/session`, `/session/events`, `/session/start`, … All of it has the same URL. */
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
  readonly cache: RequestCache | undefined
  readonly signal: AbortSignal
}

interface Sent {
  readonly action?: string
}

type Responder = (request: RecordedRequest) => Response | Promise<Response>

/** A fake backend that a test controls, with real `Response`s and real streams. */
export class FakeBackend {
  snapshot: Snapshot = snapshot()
  readonly #clock: ManualClock | undefined
  readonly requests: RecordedRequest[] = []
  readonly streams: Stream[] = []
  /** Responders that replace the default of a path, e.g. `/start`; that of `''` also for streams without one. */
  readonly overrides: Partial<Record<'' | '/start' | '/code' | '/cancel' | '/events', Responder>> =
    {}

  constructor(clock?: ManualClock) {
    this.#clock = clock
  }

  fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(input as string)
    const headers = new Headers(init.headers)
    const { action, ...body } = JSON.parse((init.body as string | null) ?? '{}') as Sent
    const wanted = headers.get('accept') === 'text/event-stream' ? 'events' : action
    const path = wanted ? `/session/${wanted}` : '/session'
    const method = init.method ?? 'GET'
    const { cache, signal } = init
    const sent = action ? body : null
    const request = { method, url, path, headers, body: sent, cache, signal: signal! }
    this.requests.push(request)
    const isFile = !url.pathname.includes('/v1/')
    if (isFile) return this.serveFile(request)
    const place = path.replace('/session', '') as keyof FakeBackend['overrides']
    const isStream = place === '/events'
    const responder =
      this.overrides[place] ??
      (isStream ? (this.overrides[''] ?? this.openStream) : this.respondWithSnapshot)
    return watched(await Promise.race([responder(request), rejectOnAbort(request.signal)]))
  }

  /** Responds to everything but the API. */
  serveFile: Responder = () =>
    new Response('', { headers: { 'content-type': 'text/javascript; charset=utf-8' } })

  /** The snapshot with the current time of the server. */
  get currentSnapshot(): Snapshot {
    const serverTime =
      Date.parse(this.snapshot.serverTime) +
      (this.#clock ? this.#clock.time - this.#clock.startedAt : 0)
    return { ...this.snapshot, serverTime: new Date(serverTime).toISOString() }
  }

  respondWithSnapshot: Responder = () => json(this.currentSnapshot)

  /** Like the real backend, sends only a comment if the client has already seen the current version. */
  openStream: Responder = ({ signal, headers }) => {
    const stream = new Stream(signal)
    this.streams.push(stream)
    const beat = (): void =>
      void this.#clock?.after(5_000, () => {
        stream.write(': \n\n')
        if (!stream.closed) beat()
      })
    beat()
    const { currentSnapshot } = this
    if (headers.get('last-event-id') === String(currentSnapshot.version))
      stream.write(': up to date\n\n')
    else stream.send(currentSnapshot)
    return stream.response
  }

  /** A response that never arrives. */
  neverRespond: Responder = () => new Promise<Response>(() => undefined)

  unreachable: Responder = () => Promise.reject(new TypeError('Failed to fetch'))

  problem =
    (code: ProblemCode, status = 400): Responder =>
    () =>
      json({ type: 'about:blank', title: 'A title', status, code }, status)

  /** Changes the snapshot and sends it to every open stream. */
  publish(changes: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, version: this.snapshot.version + 1, ...changes }
    for (const stream of this.streams) stream.send(this.currentSnapshot)
  }

  requestsTo(method: string, path: string): RecordedRequest[] {
    return this.requests.filter(
      (request) => request.method === method && request.path.endsWith(path),
    )
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

/** The same response, whose body is waited for while it is read. */
function watched(response: Response): Response {
  const json = response.json.bind(response)
  response.json = () => {
    const stop = awaitReading(() => true)
    return json().finally(stop)
  }
  return response
}

const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error)
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
  })

/** The server's side of an open event stream. */
export class Stream {
  readonly response: Response
  closed = false
  /** Whether nothing that is written arrives any more. */
  isDead = false
  #controller!: ReadableStreamDefaultController<Uint8Array>
  /** Whether the reader has read all of it, and waits for more. */
  #isRead = false
  readonly #stopWaiting: () => void

  constructor(signal: AbortSignal) {
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.#controller = controller
    }
    const pull = () => void (this.#isRead = true)
    const body = new ReadableStream<Uint8Array>({ start, pull }, { highWaterMark: 0 })
    this.#stopWaiting = awaitReading(() => body.locked && !this.#isRead)
    this.response = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    signal.addEventListener('abort', () => this.drop())
  }

  send(now: Snapshot): void {
    this.write(`id: ${now.version}\nevent: status\ndata: ${JSON.stringify(now)}\n\n`)
  }

  write(text: string): void {
    if (this.closed || this.isDead) return
    this.#isRead = false
    this.#controller.enqueue(new TextEncoder().encode(text))
  }

  end(): void {
    if (!this.closed) this.#controller.close()
    this.#close()
  }

  drop(): void {
    if (!this.closed) this.#controller.error(new TypeError('network error'))
    this.#close()
  }

  #close(): void {
    this.closed = true
    this.#stopWaiting()
  }
}
