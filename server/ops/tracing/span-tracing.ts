import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, createContextKey, trace } from '@opentelemetry/api'
import type { Context, Link, Span, SpanContext, Tracer } from '@opentelemetry/api'
import type { Clock } from '../../core/clock.ts'
import { CheckoutError } from '../../core/errors.ts'
import { LruCache } from '../../core/lru-cache.ts'
import { tracedRequests } from './requests.ts'
import { parentFrom, traceparentOf } from './traceparent.ts'
import type { Attributes, TracedEvent, Tracing } from './tracing.ts'

/** How many checkouts and events are remembered for what is done about them later. */
const maxRemembered = 10_000

const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const

/** The checkout whose work a context belongs to. */
const checkoutKey = createContextKey('checkout')

/** The context is our own, so that a process which traces itself by other means is not interfered with. */
const contexts = new AsyncLocalStorage<Context>()

const active = (): Context => contexts.getStore() ?? ROOT_CONTEXT

/** @param close - sends what has not been sent */
export function spanTracing(tracer: Tracer, close: () => Promise<void>): Tracing {
  const commands = new LruCache<SpanContext>(maxRemembered)
  const origins = new LruCache<SpanContext>(maxRemembered)

  const within = <T>(
    name: string,
    { kind = SpanKind.INTERNAL, attributes, links = [], parent = active() }: SpanOptions,
    work: (span: Span) => Promise<T>,
  ): Promise<T> => {
    const span = tracer.startSpan(name, { kind, attributes, links }, parent)
    return contexts.run(trace.setSpan(parent, span), () => ending(span, work))
  }

  return {
    span: (name, kind, attributes, work) =>
      within(name, { kind: kinds[kind], attributes }, (span) =>
        work({ set: (more) => void span.setAttributes({ ...more }) }),
      ),
    command: (name, checkoutId, work) => {
      const parent = active().setValue(checkoutKey, checkoutId)
      return within(name, { attributes: { 'checkout.id': checkoutId }, parent }, (span) => {
        commands.set(checkoutId, span.spanContext())
        return work()
      })
    },
    turn: (checkoutId, work) => {
      // The end of another checkout's turn may have begun this one.
      const isOwn = active().getValue(checkoutKey) === checkoutId
      const parent = isOwn ? active() : ROOT_CONTEXT.setValue(checkoutKey, checkoutId)
      const links = isOwn ? [] : linksTo(commands.get(checkoutId))
      const attributes = { 'checkout.id': checkoutId }
      return within('attempt turn', { attributes, links, parent }, work)
    },
    noteEvents(events) {
      const context = trace.getSpanContext(active())
      if (context) for (const { id } of events) origins.set(id, context)
    },
    delivery: (event, work) => {
      const origin = origins.get(event.id)
      const parent = origin ? trace.setSpanContext(ROOT_CONTEXT, origin) : ROOT_CONTEXT
      return within(
        `webhook ${event.type}`,
        { kind: SpanKind.CLIENT, attributes: ofEvent(event), parent },
        async (span) => {
          const delivery = await work()
          span.setAttributes({ 'webhook.result': delivery.result })
          if (!delivery.accepted) span.setStatus({ code: SpanStatusCode.ERROR })
          return delivery
        },
      )
    },
    requests: (handler, routes) => tracedRequests(handler, routes, tracer, contexts),
    traceparent: () => {
      const context = trace.getSpanContext(active())
      return context && traceparentOf(context)
    },
    continuing: (traceparent, work) => contexts.run(parentFrom(traceparent), work),
    clock: (clock) => rootClock(clock),
    close,
  }
}

interface SpanOptions {
  readonly kind?: SpanKind
  readonly attributes: Attributes
  readonly links?: Link[]
  readonly parent?: Context
}

const linksTo = (context: SpanContext | undefined): Link[] => (context ? [{ context }] : [])

const ofEvent = ({ id, type, checkoutId }: TracedEvent): Attributes => ({
  'event.id': id,
  'event.type': type,
  'checkout.id': checkoutId,
})

async function ending<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await work(span)
  } catch (error) {
    // Not its message, which may quote what was sent.
    span.setAttribute('error.type', typeOf(error))
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}

const typeOf = (error: unknown): string => {
  if (error instanceof CheckoutError) return error.code
  return error instanceof Error ? error.constructor.name : typeof error
}

const rootClock = (clock: Clock): Clock => ({
  now: () => clock.now(),
  monotonic: () => clock.monotonic(),
  after: (ms, callback) => clock.after(ms, () => contexts.run(ROOT_CONTEXT, callback)),
})
