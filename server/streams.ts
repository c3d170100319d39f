import type { Checkout } from './checkout/checkout.ts'
import type { Feed, Subscriber } from './checkout/feed.ts'
import type { Clock } from './clock.ts'
import { CheckoutError } from './errors.ts'
import { isFinal } from './protocol.ts'
import type { Snapshot } from './protocol.ts'

/** Where a stream's bytes go: a Node response, or the controller of a web stream. */
export interface Sink {
  write(text: string): void
  end(): void
  /** Cuts the connection without a word. */
  cut(): void
  /** Bytes that the reader has not taken yet. */
  readonly backlog: number
}

/** Tabs and devices of one shopper; more is not a shopper. */
const mostPerCheckout = 3

interface StreamsDeps {
  readonly feed: Feed
  readonly clock: Clock
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly random: () => number
  /** How many streams there may be in all. */
  readonly most: number
}

/** [whatwg] "authors can include a comment line every 15 seconds or so", against proxies that cut idle connections. */
const heartbeatEvery = 15_000
/** Streams are kept alive in so many groups, one after the other: all of them in one turn would hold up everything else. */
const groupCount = 50
/** A stream is ended and taken up again by the client after this long, so that a reader who vanished is not kept for ever. */
const longestLife = 300_000
/** A snapshot has a few hundred bytes; whoever has this much waiting does not read. */
const mostBacklog = 64 * 1024

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const

/** Every open event stream. One timer keeps all of them alive; a reader costs one small object. */
export class Streams {
  readonly deps: StreamsDeps
  readonly #groups = Array.from({ length: groupCount }, () => new Set<EventStream>())
  #size = 0
  #opened = 0
  #turn = 0
  /** Null while there is no stream to keep alive. */
  #cancelHeartbeat: (() => void) | null = null

  constructor(deps: StreamsDeps) {
    this.deps = deps
  }

  get size(): number {
    return this.#size
  }

  /** Throws when there are too many already; the element then asks from time to time instead. */
  admit(id: string): void {
    if (this.#size >= this.deps.most) throw new CheckoutError('too_many_streams')
    const ofCheckout = this.deps.feed.of(id).filter((one) => one instanceof EventStream)
    if (ofCheckout.length >= mostPerCheckout)
      throw new CheckoutError('too_many_requests', { event: 'limit_streams_of_checkout' })
  }

  /**
   * The present state first, unless `lastEventId` says that the reader has it, then every change. Whoever owns the
   * sink calls `closed` when the reader is gone.
   */
  open(checkout: Checkout, sink: Sink, lastEventId: string | undefined): EventStream {
    // By turns: many who come at once, as after a restart, are then kept alive at different times all the same.
    const stream = new EventStream(this, checkout.id, sink, this.#opened++ % groupCount)
    if (lastEventId === String(checkout.version)) {
      sink.write(`: up to date\n\n`)
      if (isFinal(checkout.status)) sink.end()
      else this.#keep(stream)
    } else {
      this.#keep(stream)
      stream.changed(checkout)
    }
    return stream
  }

  forget(stream: EventStream): void {
    if (!this.#groups[stream.group]?.delete(stream)) return
    this.#size--
    this.deps.feed.unsubscribe(stream.id, stream)
  }

  /** Ends the streams of a checkout; who may read it is to be asked anew. */
  endAll(id: string): void {
    for (const reader of [...this.deps.feed.of(id)])
      if (reader instanceof EventStream) this.#farewell(reader, 1_000)
  }

  /** Tells every client to come back in a while, spread over three seconds, and ends. */
  drain(): void {
    this.#cancelHeartbeat?.()
    for (const stream of this.#groups.flatMap((group) => [...group]))
      this.#farewell(stream, 2_000 + Math.floor(this.deps.random() * 3_000))
  }

  #keep(stream: EventStream): void {
    this.#groups[stream.group]?.add(stream)
    this.#size++
    this.deps.feed.subscribe(stream.id, stream)
    if (!this.#cancelHeartbeat) this.#scheduleHeartbeat()
  }

  #farewell(stream: EventStream, retry: number): void {
    stream.sink.write(`retry: ${retry}\n\n`)
    stream.finish()
  }

  #scheduleHeartbeat(): void {
    this.#cancelHeartbeat = this.deps.clock.after(heartbeatEvery / groupCount, () => {
      const oldest = this.deps.clock.now() - longestLife
      this.#turn = (this.#turn + 1) % groupCount
      for (const stream of [...(this.#groups[this.#turn] ?? [])]) {
        if (stream.openedAt < oldest) this.#farewell(stream, 1_000)
        else stream.send(': \n\n')
      }
      if (this.#size > 0) this.#scheduleHeartbeat()
      else this.#cancelHeartbeat = null
    })
  }
}

/** One reader of one checkout. */
export class EventStream implements Subscriber {
  readonly id: string
  readonly sink: Sink
  readonly openedAt: number
  readonly group: number
  readonly #streams: Streams

  constructor(streams: Streams, id: string, sink: Sink, group: number) {
    this.#streams = streams
    this.id = id
    this.sink = sink
    this.group = group
    this.openedAt = streams.deps.clock.now()
  }

  changed(checkout: Checkout): void {
    const snapshot = this.#streams.deps.toSnapshot(checkout)
    this.send(`event: status\nid: ${snapshot.version}\ndata: ${JSON.stringify(snapshot)}\n\n`)
    if (isFinal(checkout.status)) this.finish()
  }

  send(text: string): void {
    if (this.sink.backlog > mostBacklog) {
      this.closed()
      this.sink.cut()
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
    this.#streams.forget(this)
  }
}
