import type { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Context, SpanContext, Tracer } from '@opentelemetry/api'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Handles requests to these routes in a span each. Nothing of a URL but its route is recorded: some contain tokens. */
export function tracedRequests(
  handler: Handler,
  routes: readonly string[],
  tracer: Tracer,
  contexts: AsyncLocalStorage<Context>,
): Handler {
  const patterns = [...new Set(routes)].map((route) => ({ route, pattern: patternOf(route) }))
  return (request, response) => {
    const { method = '', url = '', headers } = request
    const path = url.split('?', 1)[0] ?? ''
    const route = patterns.find(({ pattern }) => pattern.test(path))?.route
    if (route === undefined) {
      handler(request, response)
      return
    }
    const known = methods.has(method) ? method : '_OTHER'
    const caller = parseTraceparent(headers['traceparent'])
    const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT
    const attributes = { 'http.request.method': known, 'http.route': route }
    const span = tracer.startSpan(
      `${known} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      parent,
    )
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode)
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    })
    contexts.run(trace.setSpan(parent, span), () => handler(request, response))
  }
}

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS'])

/** `:name` stands for one part of the path; what else a route contains stands for itself. */
const patternOf = (route: string): RegExp => {
  const parts = route
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&')))
  return new RegExp(`^${parts.join('/')}/?$`)
}

/** [w3c trace-context] version 00; a later version begins in the same way. Null: none, or not a valid one. */
export function parseTraceparent(header: string | string[] | undefined): SpanContext | null {
  if (typeof header !== 'string') return null
  const [, version = '', traceId = '', spanId = '', flags = '', more] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(header.trim()) ?? []
  if (version === '' || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  return { traceId, spanId, traceFlags: parseInt(flags, 16) & 1, isRemote: true }
}
