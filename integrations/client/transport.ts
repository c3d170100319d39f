import { ConnectionError, ProblemError, toProblemError } from './errors.ts'

/** What a call needs of the world; each has a default. */
export interface TransportOptions {
  /** The server's address, such as `https://pay.shop.is`. */
  readonly url: string
  /** `MERCHANT_API_KEY` of the server. */
  readonly key: string
  /** For one try, in milliseconds; default: 10 000. */
  readonly timeoutMs?: number
  /** How often a call may be repeated; default: 3. */
  readonly retries?: number
  readonly fetch?: typeof globalThis.fetch
  /** Waits between two tries; for tests. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

export interface Call extends CallOptions {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: object
  readonly idempotencyKey?: string
}

/** Refusals after which it is certain that nothing has happened. */
const withoutEffect = new Set([
  ...['temporarily_unavailable', 'shutting_down', 'too_many_requests'],
  'idempotency_key_in_use',
])

const maxDelayMs = 10_000

/** Sends a call, repeats it where that is safe, and returns the JSON of the answer. */
export type Send = (call: Call) => Promise<unknown>

/**
 * A setting that is not there is reported here, because each call would report it as a server that does not answer.
 *
 * @throws ProblemError that the server refused the call; ConnectionError that no answer came
 */
export function createTransport(options: TransportOptions): Send {
  const { retries = 3, wait = sleep, url, key } = options
  if (!url || !URL.canParse(url))
    throw new TypeError('`url` must be the address of the payment server (PUBLIC_URL)')
  if (!key) throw new TypeError('`key` must be MERCHANT_API_KEY of the payment server')
  return async (call) => {
    for (let tries = 0; ; tries++) {
      try {
        return await sendOnce(options, call)
      } catch (error) {
        call.signal?.throwIfAborted()
        const delay = isRepeatable(call, error) ? delayAfter(error, tries) : null
        if (delay === null || tries >= retries) throw error
        await wait(delay, call.signal)
      }
    }
  }
}

/** A call that may have had an effect is repeated only under a key by which the server knows it again. */
function isRepeatable({ method, idempotencyKey }: Call, error: unknown): boolean {
  if (error instanceof ProblemError && withoutEffect.has(error.code)) return true
  const isKnownAgain = method === 'GET' || idempotencyKey !== undefined
  if (!isKnownAgain) return false
  return error instanceof ConnectionError || (error instanceof ProblemError && error.status >= 500)
}

/** Null where the server asks for a longer wait than a caller can be expected to have. */
function delayAfter(error: unknown, tries: number): number | null {
  const retryAfter = error instanceof ProblemError ? error.retryAfter : undefined
  const backoff = 200 * 2 ** tries * (0.5 + Math.random() / 2)
  const delay = Math.max(backoff, (retryAfter ?? 0) * 1000)
  return delay > maxDelayMs ? null : delay
}

async function sendOnce(options: TransportOptions, call: Call): Promise<unknown> {
  const { url, key, timeoutMs = 10_000, fetch = globalThis.fetch } = options
  const { method, path, body, idempotencyKey, signal } = call
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        authorization: `Bearer ${key}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // The key must not be carried to another server.
      redirect: 'manual',
    })
    return await readAnswer(response)
  } catch (error) {
    if (error instanceof ProblemError || error instanceof ConnectionError) throw error
    signal?.throwIfAborted()
    throw new ConnectionError(`${method} ${path} had no answer`, { cause: error })
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  const { status, headers } = response
  if (status === 204) return undefined
  const text = await response.text()
  const type = headers.get('content-type') ?? ''
  if (response.ok && type.startsWith('application/json')) return JSON.parse(text) as unknown
  if (type.startsWith('application/problem+json')) throw problemOf(response, text)
  throw new ConnectionError(`An answer that is not the server’s: ${status} ${type}`)
}

function problemOf({ status, headers }: Response, text: string): ProblemError {
  const body = JSON.parse(text) as unknown
  const field = (name: string): string | undefined => {
    const value: unknown =
      typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
    return typeof value === 'string' ? value : undefined
  }
  const retryAfter = Number(headers.get('retry-after') ?? NaN)
  return toProblemError({
    status,
    code: field('code') ?? 'internal_error',
    title: field('title') ?? 'The request was refused',
    detail: field('detail'),
    checkoutId: field('checkoutId'),
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
    requestId: headers.get('x-request-id') ?? undefined,
  })
}

const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
