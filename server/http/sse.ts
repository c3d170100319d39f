import type { Checkout } from '../core/checkout.ts'
import type { PubSub, Subscriber } from '../core/pubsub.ts'
import type { Clock } from '../core/clock.ts'
import { CheckoutError } from '../core/errors.ts'
import { isFinal } from '../protocol/index.ts'
import type { Snapshot } from '../protocol/index.ts'

/** The output of a stream: a Node response, or the controller of a web stream. */
export interface Sink {
  write(text: string): void
  end(): void
  /** Closes the connection abruptly. */
  destroy(): void
  /** Bytes that the client has not read yet. */
  readonly bufferedBytes: number
}

/** Enough for the tabs and devices of one shopper. */
const maxPerCheckout = 3

interface SseHubDeps {
  readonly pubsub: PubSub
  readonly clock: Clock
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly random: () => number
  /** Limit for the whole server. */
  readonly maxStreams: number
  /** Called with a checkout as a new stream shows it. */
  readonly onOpen?: (checkout: Checkout) => void
  /** Called with each checkout whose streams are ended here: others may have some, too. */
  readonly onEndAll?: (id: string) => void
}

/**
 * [whatwg] "authors can include a comment line every 15 seconds or so", against proxies that cut idle connections. More
 * often here, so that the element notices within ten seconds that its line is dead.
 */
const heartbeatIntervalMs = 5_000
/** Heartbeats go to one group of streams at a time: writing to all of them in one turn would block the event loop. */
const groupCount = 50
/** Older streams are ended, and clients reconnect; so a client that vanished does not hold a stream open. */
const maxAgeMs = 300_000
/** A snapshot has a few hundred bytes, so a client with this much unread data is not reading. */
const maxBufferedBytes = 64 * 1024

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const

/** All open event streams. One timer sends the heartbeats; a stream costs one small object. */
export class SseHub {
  readonly deps: SseHubDeps
  readonly #groups = Array.from({ length: groupCount }, () => new Set<SseConnection>())
  #size = 0
  #opened = 0
  #turn = 0
  /** Null while no stream is open. */
  #cancelHeartbeat: (() => void) | null = null

  constructor(deps: SseHubDeps) {
    this.deps = deps
  }

  get size(): number {
    return this.#size
  }

  /**
   * Call it before `open`.
   *
   * @throws CheckoutError when there are too many streams; the element then polls instead
   */
  admit(id: string): void {
    if (this.#size >= this.deps.maxStreams) throw new CheckoutError('too_many_streams')
    const ofCheckout = this.deps.pubsub
      .subscribers(id)
      .filter((one) => one instanceof SseConnection)
    if (ofCheckout.length >= maxPerCheckout)
      throw new CheckoutError('too_many_requests', { event: 'limit_streams_of_checkout' })
  }

  /**
   * Sends the current snapshot, unless `lastEventId` says that the client has it, then every change. The owner of the
   * sink must call `closed` when the client disconnects.
   */
  open(checkout: Checkout, sink: Sink, lastEventId: string | undefined): SseConnection {
    // Round robin: clients that reconnect together after a restart still get their heartbeats at different times.
    const stream = new SseConnection(this, checkout.id, sink, this.#opened++ % groupCount)
    if (lastEventId === String(checkout.version)) {
      sink.write(`: up to date\n\n`)
      if (isFinal(checkout.status)) sink.end()
      else this.#sendHeartbeats(stream)
    } else {
      this.#sendHeartbeats(stream)
      stream.onChange(checkout)
    }
    this.deps.onOpen?.(checkout)
    return stream
  }

  remove(stream: SseConnection): void {
    if (!this.#groups[stream.group]?.delete(stream)) return
    this.#size--
    this.deps.pubsub.unsubscribe(stream.id, stream)
  }

  /** Ends the streams of a checkout; clients must authenticate again. */
  endAll(id: string): void {
    this.endHere(id)
    this.deps.onEndAll?.(id)
  }

  /** The same, where another server has asked for it. */
  endHere(id: string): void {
    for (const subscriber of [...this.deps.pubsub.subscribers(id)])
      if (subscriber instanceof SseConnection) this.#endWithRetry(subscriber, 1_000)
  }

  /** Ends every stream and tells its client to reconnect: soon, because a restart is quick, and not all at once. */
  drain(): void {
    this.#cancelHeartbeat?.()
    for (const stream of this.#groups.flatMap((group) => [...group]))
      this.#endWithRetry(stream, 200 + Math.floor(this.deps.random() * 600))
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

/** One client's stream of one checkout. */
export class SseConnection implements Subscriber {
  readonly id: string
  readonly sink: Sink
  readonly openedAt: number
  readonly group: number
  readonly #hub: SseHub

  constructor(hub: SseHub, id: string, sink: Sink, group: number) {
    this.#hub = hub
    this.id = id
    this.sink = sink
    this.group = group
    this.openedAt = hub.deps.clock.now()
  }

  onChange(checkout: Checkout): void {
    const snapshot = this.#hub.deps.toSnapshot(checkout)
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

  /** Call it when the client has disconnected. */
  closed(): void {
    this.#hub.remove(this)
  }
}
