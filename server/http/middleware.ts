import type { Context, MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { CheckoutError } from '../core/errors.ts'
import type { HttpProblem } from './problem.ts'
import { JsonFault, parseStrictJson } from './strict-json.ts'

/** On every response that does not set its own. */
export const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** On every response that depends on these: no cache may serve it to another client, or a snapshot for a stream. */
export const varyHeader = 'Authorization, Origin, Accept'

/** What a page on an allowed origin may read of a response. */
export const corsHeaders = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'Retry-After',
  vary: varyHeader,
})

/**
 * Headers that monitoring scripts in the shop's page add to every request. They are listed because [fetch] `*` never covers
 * `Authorization`, and would allow headers that were never reviewed.
 */
const tracingHeaders = [
  ...['traceparent', 'tracestate', 'baggage', 'sentry-trace', 'newrelic'],
  ...['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-origin'],
  ...['x-datadog-sampling-priority', 'x-datadog-tags'],
  ...['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
  ...['elastic-apm-traceparent', 'request-id', 'request-context', 'x-request-id'],
  ...['x-correlation-id', 'uber-trace-id', 'x-amzn-trace-id', 'x-cloud-trace-context'],
  ...['sw8', 'sw8-correlation', 'ot-tracer-traceid', 'ot-tracer-spanid', 'ot-tracer-sampled'],
  ...['x-dtc', 'x-dtpc', 'x-dtreferer', 'x-instana-t', 'x-instana-s', 'x-instana-l', 'adrum'],
]

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': [
    ...['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
    ...tracingHeaders,
  ].join(', '),
  // [chrome] no longer than two hours.
  'access-control-max-age': '7200',
}

/** The origins whose pages may call this server. */
export type Origins = Pick<ReadonlySet<string>, 'has'>

/** Throws `origin_not_allowed` for a foreign origin, and for a POST without an `Origin` header. */
export function assertOrigin(allowed: Origins, method: string, origin: string | undefined): void {
  const isSafe = method === 'GET' || method === 'HEAD'
  if (origin === undefined ? !isSafe : !allowed.has(origin))
    throw new CheckoutError('origin_not_allowed', { origin })
}

/** Own code: Hono's `cors()` runs the handler for an origin that is not allowed, and its `csrf()` lets JSON pass. */
export const allowOrigins =
  (allowed: Origins): MiddlewareHandler =>
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
 * Limits the size of request bodies, and waits for them: a request whose body does not come takes no room of a merchant's, and
 * keeps none from starting anew. Own code: Hono's `bodyLimit` touches the body first, which turns Node's request into a web
 * stream. A declared `Content-Length` is enough, because Node reads no more than that; a body without one is counted.
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
    return readBytes(c).then(next)
  }
}

async function readUpTo(maxBytes: number, body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read().catch(throwIncomplete)
    if (done) return Buffer.concat(chunks)
    size += value.length
    if (size > maxBytes) throw new CheckoutError('body_too_large')
    chunks.push(value)
  }
}

/** Sends a problem with the headers that every response has; a new `Response` would lack them. */
export const problemResponse = (c: Context, { body, status, headers }: HttpProblem): Response =>
  c.body(body, status, headers)

export { readBearer as bearer } from '../crypto.ts'

/** The bytes of the body as received. A body that breaks off is a client error, never an internal one. */
export const readBytes = async (c: Context): Promise<Uint8Array> =>
  new Uint8Array(await c.req.arrayBuffer().catch(throwIncomplete))

function throwIncomplete(): never {
  throw new CheckoutError('invalid_request', { detail: 'The body is incomplete' })
}

/** Fatal: replacing invalid bytes with U+FFFD could make two texts equal. A byte order mark stays and is invalid JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

async function readText(c: Context): Promise<string> {
  const bytes = await readBytes(c)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new CheckoutError('invalid_request', { detail: 'The body is not valid UTF-8' })
  }
}

/** Whether the body has this media type; throws for an encoding or character set that would need decoding first. */
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

/**
 * Reads a JSON body and validates it.
 *
 * @throws CheckoutError `invalid_request`; its detail names the invalid fields and never quotes their values
 */
export async function readJson<S extends v.GenericSchema>(
  c: Context,
  schema: S,
): Promise<v.InferOutput<S>> {
  const text = await readText(c)
  const isEmpty = text === '' && !c.req.header('content-type')
  if (!isEmpty && !isOfType(c, 'application/json'))
    throw new CheckoutError('unsupported_media_type')
  const value = parse(text)
  if (Array.isArray(value))
    throw new CheckoutError('invalid_request', { detail: 'The body must be an object' })
  return validate(value, schema)
}

/** @throws CheckoutError like `readJson` */
export function validate<S extends v.GenericSchema>(value: unknown, schema: S): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortPipeEarly: true })
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

/** Reads the fields of a submitted form. */
export async function readForm(c: Context): Promise<ReadonlyMap<string, string>> {
  const text = await readText(c)
  if (!isOfType(c, 'application/x-www-form-urlencoded'))
    throw new CheckoutError('invalid_request', { detail: 'The body must be a form' })
  return readQuery(text)
}

/** Reads the query of the request, which may have this field alone; undefined where it has not. */
export function queryOf(c: Context, name: string): string | undefined {
  const fields = readQuery(/\?([^#]*)/.exec(c.req.url)?.[1] ?? '')
  for (const given of fields.keys())
    if (given !== name)
      throw new CheckoutError('invalid_request', { detail: `The query may have ${name} alone` })
  return fields.get(name)
}

/** Parses a query or form: percent-encoded UTF-8, each name once. */
function readQuery(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const pair of text.split('&').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=').map(decode)
    if (fields.has(name)) throw new CheckoutError('invalid_request', { detail: 'Duplicate field' })
    fields.set(name, value.join('='))
  }
  return fields
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new CheckoutError('invalid_request', { detail: 'Invalid percent-encoding or UTF-8' })
  }
}

function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  const lines = issues.slice(0, 5).map((issue) => {
    const path = v.getDotPath(issue) ?? ''
    // An unexpected field name may be anything, such as a person's number, so it is not quoted.
    const place = /^[A-Za-z][\w.]{0,60}$/.test(path) ? `${path}: ` : ''
    if (issue.expected === 'never') return `${place}is not a known field`
    if (issue.received === 'undefined') return `${place}is missing`
    return place + (issue.message.startsWith('Invalid') ? 'is invalid' : issue.message)
  })
  return [...new Set(lines)].join('; ')
}
