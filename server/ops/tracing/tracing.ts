import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../core/clock.ts'

/**
 * What a span says. Values are kinds, numbers and ids of our own: nothing of a payer, and nothing that opens a session or signs
 * a call.
 */
export type Attributes = Readonly<Record<string, string | number | boolean>>

/** A span that has not ended. */
export interface ActiveSpan {
  set(attributes: Attributes): void
}

export type SpanKind = 'internal' | 'client'

/** What a webhook's delivery is known by. */
export interface TracedEvent {
  readonly id: string
  readonly type: string
  readonly checkoutId: string
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Records spans. Only a server with an OTLP endpoint has one; where there is none, nothing is wrapped. A span that is begun
 * while another one's work is awaited is a part of that one.
 */
export interface Tracing {
  /** Does the work within a span, which ends with it. */
  span<T>(
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    work: (span: ActiveSpan) => Promise<T>,
  ): Promise<T>
  /** The same for a command about a checkout. What happens later, by a timer, links to it. */
  command<T>(name: string, checkoutId: string, work: () => Promise<T>): Promise<T>
  /** The same for a turn of a checkout's open attempt. */
  turn<T>(checkoutId: string, work: () => Promise<T>): Promise<T>
  /** The present span is where these events happened. */
  noteEvents(events: readonly TracedEvent[]): void
  /** Does the work in a span that is a part of the trace in which the event happened. */
  delivery<T extends { readonly accepted: boolean; readonly result: string }>(
    event: TracedEvent,
    work: () => Promise<T>,
  ): Promise<T>
  /**
   * Handles each request to one of the routes in a span, which belongs to the caller's trace where it sent a `traceparent`.
   *
   * @param routes - patterns such as `/v1/checkouts/:id`; other requests are not traced
   */
  requests(handler: Handler, routes: readonly string[]): Handler
  /** The present span as another server is told of it; undefined: there is none. */
  traceparent(): string | undefined
  /** Does the work as a part of the span that another server told of, or outside of any where it told of none. */
  continuing<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T>
  /** A clock whose timers fire outside of any span: whoever set one is not the cause of what it does. */
  clock(clock: Clock): Clock
  /** Sends what has not been sent, for two seconds at most. */
  close(): Promise<void>
}
