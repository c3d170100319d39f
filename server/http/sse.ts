import type { Checkout } from '../core/checkout.ts'
import type { PubSub, Subscriber } from '../core/pubsub.ts'
import type { Clock } from '../core/clock.ts'
import { CheckoutError } from '../core/errors.ts'
import { isFinal } from '../protocol/index.ts'
import type { Snapshot } from '../protocol/index.ts'

/** Where a stream's bytes go: a Node response, or the controller of a web stream. */
export interface Sink {
  write(text: string): void
  end(): void
  /** Cuts the connection without a word. */
  destroy(): void
  /** Bytes that the reader has not taken yet. */
  readonly bufferedBytes: number
}

/** Tabs and devices of one shopper; more is not a shopper. */
const maxPerCheckout = 3

interface SseHubDeps {
  readonly pubsub: PubSub
  readonly clock: Clock
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly random: () => number
  /** How many streams there may be in all. */
  readonly maxStreams: number
}

/** [whatwg] "authors can include a comment line every 15 seconds or so", against proxies that cut idle connections. */
const heartbeatIntervalMs = 15_000
/** Streams are kept alive in so many groups, one after the other: all of them in one turn would hold up everything else. */
const groupCount = 50
/** A stream is ended and taken up again by the client after this long, so that a reader who vanished is not kept for ever. */
const maxAgeMs = 300_000
/** A snapshot has a few hundred bytes; whoever has this much waiting does not read. */
const maxBufferedBytes = 64 * 1024

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const

/** Every open event stream. One timer keeps all of them alive; a reader costs one small object. */
export class SseHub {
  readonly deps: SseHubDeps
  readonly #groups = Array.from({ length: groupCount }, () => new Set<SseConnection>())
  #size = 0
  #opened = 0
  #turn = 0
  /** Null while there is no stream to keep alive. */
  #cancelHeartbeat: (() => void) | null = null

  constructor(deps: SseHubDeps) {
    this.deps = deps
  }

  get size(): number {
    return this.#size
  }

  /** Throws when there are too many already; the element then asks from time to time instead. */
  admit(id: string): void {
    if (this.#size >= this.deps.maxStreams) throw new CheckoutError('too_many_streams')
    const ofCheckout = this.deps.pubsub
      .subscribers(id)
      .filter((one) => one instanceof SseConnection)
    if (ofCheckout.length >= maxPerCheckout)
      throw new CheckoutError('too_many_requests', { event: 'limit_streams_of_checkout' })
  }

  /**
   * The present state first, unless `lastEventId` says that the reader has it, then every change. Whoever owns the
   * sink calls `closed` when the reader is gone.
   */
  open(checkout: Checkout, sink: Sink, lastEventId: string | undefined): SseConnection {
    // By turns: many who come at once, as after a restart, are then kept alive at different times all the same.
    const stream = new SseConnection(this, checkout.id, sink, this.#opened++ % groupCount)
    if (lastEventId === String(checkout.version)) {
      sink.write(`: up to date\n\n`)
      if (isFinal(checkout.status)) sink.end()
      else this.#sendHeartbeats(stream)
    } else {
      this.#sendHeartbeats(stream)
      stream.onChange(checkout)
    }
    return stream
  }

  remove(stream: SseConnection): void {
    if (!this.#groups[stream.group]?.delete(stream)) return
    this.#size--
    this.deps.pubsub.unsubscribe(stream.id, stream)
  }

  /** Ends the streams of a checkout; who may read it is to be asked anew. */
  endAll(id: string): void {
    for (const reader of [...this.deps.pubsub.subscribers(id)])
      if (reader instanceof SseConnection) this.#endWithRetry(reader, 1_000)
  }

  /** Tells every client to come back in a while, spread over three seconds, and ends. */
  drain(): void {
    this.#cancelHeartbeat?.()
    for (const stream of this.#groups.flatMap((group) => [...group]))
      this.#endWithRetry(stream, 2_000 + Math.floor(this.deps.random() * 3_000))
  }

  #sendHeartbeats(stream: SseConnection): void {
    this.#groups[stream.group]?.add(stream)
    this.#size++
    this.deps.pubsub.subscribe(stream.id, stream)
    if (!this.#cancelHeartbeat) this.#scheduleHeartbeat()
  }

  #endWithRetry(stream: SseConnection, retry: number): void {
    stream.sink.write(`retry: ${retry}\n\n`)
    stream.finish()
  }

  #scheduleHeartbeat(): void {
    this.#cancelHeartbeat = this.deps.clock.after(heartbeatIntervalMs / groupCount, () => {
      const oldest = this.deps.clock.now() - maxAgeMs
      this.#turn = (this.#turn + 1) % groupCount
      for (const stream of [...(this.#groups[this.#turn] ?? [])]) {
        if (stream.openedAt < oldest) this.#endWithRetry(stream, 1_000)
        else stream.send(': \n\n')
      }
      if (this.#size > 0) this.#scheduleHeartbeat()
      else this.#cancelHeartbeat = null
    })
  }
}

/** One reader of one checkout. */
export class SseConnection implements Subscriber {
  readonly id: string
  readonly sink: Sink
  readonly openedAt: number
  readonly group: number
  readonly #streams: SseHub

  constructor(sse: SseHub, id: string, sink: Sink, group: number) {
    this.#streams = sse
    this.id = id
    this.sink = sink
    this.group = group
    this.openedAt = sse.deps.clock.now()
  }

  onChange(checkout: Checkout): void {
    const snapshot = this.#streams.deps.toSnapshot(checkout)
    this.send(`event: status\nid: ${snapshot.version}\ndata: ${JSON.stringify(snapshot)}\n\n`)
    if (isFinal(checkout.status)) this.finish()
  }

  send(text: string): void {
    if (this.sink.bufferedBytes > maxBufferedBytes) {
      this.closed()
      this.sink.destroy()
    } else {
      this.sink.write(text)
    }
  }

  finish(): void {
    this.closed()
    this.sink.end()
  }

  /** The reader is gone, or we are done with it. */
  closed(): void {
    this.#streams.remove(this)
  }
}
