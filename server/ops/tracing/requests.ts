import type { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Context, Tracer } from '@opentelemetry/api'
import { parentFrom } from './traceparent.ts'

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
    const parent = parentFrom(headers['traceparent'])
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
