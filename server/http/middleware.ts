import type { Context, MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { CheckoutError } from '../core/errors.ts'
import type { HttpProblem } from './problem.ts'
import { JsonFault, parseStrictJson } from './strict-json.ts'

/** On every answer, unless it says otherwise. */
export const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** On every answer that a credential or an origin changes: no cache on the way may give it to another. */
export const varyHeader = 'Authorization, Origin'

/** What a browser may send and read from another origin. */
export const corsHeaders = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'Retry-After',
  vary: varyHeader,
})

/**
 * What monitoring in the shop's page adds to every request, by name: [fetch] `*` never covers `Authorization`, and would let in
 * headers that nobody has thought of.
 */
const tracingHeaders = [
  ...['traceparent', 'tracestate', 'baggage', 'sentry-trace', 'newrelic'],
  ...['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-origin'],
  ...['x-datadog-sampling-priority', 'x-datadog-tags'],
  ...['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
  ...['elastic-apm-traceparent', 'request-id', 'request-context', 'x-request-id'],
  ...['x-correlation-id', 'uber-trace-id', 'x-amzn-trace-id', 'x-cloud-trace-context'],
  ...['x-dtc', 'x-dtpc', 'x-dtreferer', 'x-instana-t', 'x-instana-s', 'x-instana-l', 'adrum'],
]

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': [
    ...['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
    ...tracingHeaders,
  ].join(', '),
  'access-control-max-age': '600',
}

/** Refuses before anything happens: a foreign origin, and a POST that does not say where it comes from. */
export function assertOrigin(
  allowed: ReadonlySet<string>,
  method: string,
  origin: string | undefined,
): void {
  const isSafe = method === 'GET' || method === 'HEAD'
  if (origin === undefined ? !isSafe : !allowed.has(origin))
    throw new CheckoutError('origin_not_allowed', { origin })
}

/** Hono's own `cors()` lets the handler run for an origin that it does not allow, and `csrf()` lets JSON pass. */
export const allowOrigins =
  (allowed: ReadonlySet<string>): MiddlewareHandler =>
  async (c, next) => {
    const origin = c.req.header('origin')
    assertOrigin(allowed, c.req.method, origin)
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
export function bodyLimit(kilobytes: number): MiddlewareHandler {
  const maxBytes = kilobytes * 1024
  const count: MiddlewareHandler = async (c, next) => {
    const { body } = c.req.raw
    if (body) c.req.raw = new Request(c.req.raw, { body: await readUpTo(maxBytes, body) })
    await next()
  }
  return (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    const length = c.req.header('content-length')
    if (length === undefined || c.req.header('transfer-encoding') !== undefined)
      return count(c, next)
    if (Number(length) > maxBytes) throw new CheckoutError('body_too_large')
    return next()
  }
}

async function readUpTo(maxBytes: number, body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff)
    if (done) return Buffer.concat(chunks)
    size += value.length
    if (size > maxBytes) throw new CheckoutError('body_too_large')
    chunks.push(value)
  }
}

/** With the headers that every answer has; a `Response` of its own would be without them. */
export const problemResponse = (c: Context, { body, status, headers }: HttpProblem): Response =>
  c.body(body, status, headers)

export { readBearer as bearer } from '../crypto.ts'

/** The bytes of the body as they came. A body that breaks off is its sender's fault, or the network's, never ours. */
export const readBytes = async (c: Context): Promise<Uint8Array> =>
  new Uint8Array(await c.req.arrayBuffer().catch(cutOff))

function cutOff(): never {
  throw new CheckoutError('invalid_request', { detail: 'The body ended before its time' })
}

/** What is not UTF-8 would otherwise become U+FFFD, and two texts the same. A byte order mark stays, and is no JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

async function readText(c: Context): Promise<string> {
  const bytes = await readBytes(c)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new CheckoutError('invalid_request', { detail: 'The body is not valid UTF-8' })
  }
}

/** Whether the body is of this media type; refuses one that would have to be changed before it can be read. */
function isOfType(c: Context, media: string): boolean {
  const header = c.req.header('content-type') ?? ''
  if (header !== media) {
    const [type = '', ...parameters] = header.split(';')
    if (type.trim().toLowerCase() !== media) return false
    const charsets = parameters.flatMap((one) => /^\s*charset\s*=(.*)$/is.exec(one)?.[1] ?? [])
    if (!charsets.every((charset) => /^\s*(?:utf-?8|"utf-?8")\s*$/i.test(charset)))
      throw new CheckoutError('unsupported_media_type')
  }
  const coding = c.req.header('content-encoding') ?? 'identity'
  if (coding.toLowerCase() !== 'identity') throw new CheckoutError('unsupported_media_type')
  return true
}

/** Reads a JSON body by its schema. What is wrong is named by place, never by value. */
export async function readJson<S extends v.GenericSchema>(
  c: Context,
  schema: S,
): Promise<v.InferOutput<S>> {
  const text = await readText(c)
  const isEmpty = text === '' && !c.req.header('content-type')
  if (!isEmpty && !isOfType(c, 'application/json'))
    throw new CheckoutError('unsupported_media_type')
  const result = v.safeParse(schema, parse(text), { abortPipeEarly: true })
  if (result.success) return result.output
  throw new CheckoutError('invalid_request', { detail: describe(result.issues) })
}

function parse(text: string): unknown {
  if (text === '') return {}
  try {
    return parseStrictJson(text)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw new CheckoutError('invalid_request', { detail: error.message })
  }
}

/** Reads the fields of a form that a page of ours has sent. */
export async function readForm(c: Context): Promise<ReadonlyMap<string, string>> {
  const text = await readText(c)
  if (!isOfType(c, 'application/x-www-form-urlencoded'))
    throw new CheckoutError('invalid_request', { detail: 'The body must be a form' })
  return readQuery(text)
}

/** The fields of a request's query. */
export const queryOf = (c: Context): ReadonlyMap<string, string> =>
  readQuery(/\?([^#]*)/.exec(c.req.url)?.[1] ?? '')

/** Names and values of a query or a form: percent-encoded UTF-8, and each name once. */
function readQuery(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const pair of text.split('&').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=').map(decode)
    if (fields.has(name))
      throw new CheckoutError('invalid_request', { detail: 'A field is given twice' })
    fields.set(name, value.join('='))
  }
  return fields
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new CheckoutError('invalid_request', { detail: 'Not valid percent-encoded UTF-8' })
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
