import { readAnswer } from './answer.ts'
import { ConnectionError, ProblemError } from './errors.ts'
import { readKey, readUrl, toJson } from './options.ts'

/** What a call needs of the world; each has a default. */
export interface TransportOptions {
  /** The server's address, such as `https://pay.shop.is`. */
  readonly url: string
  /** `MERCHANT_API_KEY` of the server; of two, separated by a comma, the first is used. */
  readonly key: string
  /** For one try, in milliseconds; default: 15 000. The server itself waits 10 000 for the outcome of a refund or a cancellation. */
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
  /** What every answer to this call has. */
  readonly field: string
}

interface Request extends Omit<Call, 'body'> {
  /** As JSON. */
  readonly body: string | undefined
}

/** The server is busy. Every call may then be repeated: those that must not be made twice have a key. */
const busy = new Set([
  ...['temporarily_unavailable', 'shutting_down', 'too_many_requests'],
  'idempotency_key_in_use',
])

const maxDelayMs = 10_000

/** Sends a call, repeats it where that is safe, and returns the JSON of the answer. */
export type Send = (call: Call) => Promise<unknown>

/** @throws ProblemError that the server refused the call; ConnectionError that no answer came */
export function createTransport(given: TransportOptions): Send {
  const options = { ...given, url: readUrl(given.url), key: readKey(given.key) }
  const { retries = 3, wait = sleep } = options
  return async (call) => {
    const request = { ...call, body: call.body && toJson(call.body) }
    for (let tries = 0; ; tries++) {
      try {
        return await sendOnce(options, request)
      } catch (error) {
        call.signal?.throwIfAborted()
        const delay = isRepeatable(call, error) ? delayAfter(error, tries) : null
        if (delay === null || !(tries < retries)) throw error
        await wait(delay, call.signal)
      }
    }
  }
}

/** A call that may have had an effect is repeated only under a key by which the server knows it again. */
function isRepeatable({ method, idempotencyKey }: Call, error: unknown): boolean {
  if (error instanceof ProblemError && busy.has(error.code)) return true
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

async function sendOnce(options: TransportOptions, request: Request): Promise<unknown> {
  const { url, key, timeoutMs = 15_000, fetch = globalThis.fetch } = options
  const { method, path, body, idempotencyKey, signal } = request
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // The key must not be carried to another server.
      redirect: 'manual',
    })
    return await readAnswer(response, request.field)
  } catch (error) {
    if (error instanceof ProblemError || error instanceof ConnectionError) throw error
    signal?.throwIfAborted()
    throw new ConnectionError(`${method} ${path} had no answer`, { cause: error })
  }
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
