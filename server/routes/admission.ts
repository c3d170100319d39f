import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'
import { CheckoutError } from '../errors.ts'
import type { Refusal } from '../errors.ts'

/** What a browser may send and read from another origin. */
export const corsHeaders = (origin: string) => ({
  'access-control-allow-origin': origin,
  vary: 'Origin',
})

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, last-event-id',
  'access-control-max-age': '600',
}

/** Refuses before anything happens: a foreign origin, and a POST that does not say where it comes from. */
export function admitOrigin(
  allowed: ReadonlySet<string>,
  method: string,
  origin: string | undefined,
): void {
  const isSafe = method === 'GET' || method === 'HEAD'
  if (origin === undefined ? !isSafe : !allowed.has(origin))
    throw new CheckoutError('origin_not_allowed')
}

/** Hono's own `cors()` lets the handler run for an origin that it does not allow, and `csrf()` lets JSON pass. */
export const onlyFrom =
  (allowed: ReadonlySet<string>): MiddlewareHandler =>
  async (c, next) => {
    const origin = c.req.header('origin')
    admitOrigin(allowed, c.req.method, origin)
    if (c.req.method === 'OPTIONS') {
      return c.body(null, 204, { ...corsHeaders(origin ?? ''), ...preflightHeaders })
    }
    if (origin !== undefined)
      for (const [name, value] of Object.entries(corsHeaders(origin))) c.header(name, value)
    await next()
    return undefined
  }

/**
 * Hono's `bodyLimit` looks at the body first, which makes a web stream of Node's request. Where the length is told it is
 * enough to read it, for nobody can send more than that; whoever does not tell it is counted.
 */
export function limit(kilobytes: number): MiddlewareHandler {
  const maxSize = kilobytes * 1024
  const onError = () => {
    throw new CheckoutError('body_too_large')
  }
  const count = bodyLimit({ maxSize, onError })
  return (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    const length = c.req.header('content-length')
    if (length === undefined || c.req.header('transfer-encoding') !== undefined)
      return count(c, next)
    return Number(length) > maxSize ? onError() : next()
  }
}

/** With the headers that every answer has; a `Response` of its own would be without them. */
export const answerNo = (c: Context, { body, status, headers }: Refusal): Response =>
  c.body(body, status, headers)

export { readBearer as bearer } from '../secrets.ts'

/** Reads a JSON body by its schema. What is wrong is named by place, never by value. */
export async function readJson<S extends v.GenericSchema>(
  c: Context,
  schema: S,
): Promise<v.InferOutput<S>> {
  const text = await c.req.text()
  const type = c.req.header('content-type') ?? ''
  if (!(text === '' && type === '') && !/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new CheckoutError('unsupported_media_type')
  }
  const result = v.safeParse(schema, parse(text), { abortPipeEarly: true })
  if (result.success) return result.output
  throw new CheckoutError('invalid_request', { detail: describe(result.issues) })
}

function parse(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new CheckoutError('invalid_request', { detail: 'The body is not valid JSON' })
  }
}

function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  const lines = issues.slice(0, 5).map((issue) => {
    const path = v.getDotPath(issue) ?? ''
    // A field name that is no name may be anything, also somebody's number.
    const place = /^[A-Za-z][\w.]{0,60}$/.test(path) ? `${path}: ` : ''
    if (issue.expected === 'never') return `${place}is not a known field`
    if (issue.received === 'undefined') return `${place}is missing`
    return place + (issue.message.startsWith('Invalid') ? 'is not as documented' : issue.message)
  })
  return [...new Set(lines)].join('; ')
}
