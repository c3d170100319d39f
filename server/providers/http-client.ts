import type { IncomingHttpHeaders } from 'node:http'
import { Pool } from 'undici'
import type { Permit } from '../core/ownership.ts'
import { PendingRequest } from './pending-request.ts'

/** A response with any status, complete and decompressed. */
export interface HttpResponse {
  readonly kind: 'answered'
  /** The full URL of the request, as a signature covers it. */
  readonly url: string
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The body before it was decoded: signatures are over bytes. */
  readonly bytes: Uint8Array
}

/** Why there is no response. The code is Node's or ours and holds nothing of the request. */
export type HttpFailure =
  /** Nothing left this machine. */
  | { readonly kind: 'not_sent'; readonly code: string }
  /** The request may have arrived. */
  | { readonly kind: 'no_response'; readonly code: string }

/** Where a request goes, and how long it may take. */
export interface Endpoint {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly path: string
  readonly timeoutMs: number
  /** Whether it changes nothing: then it needs no permit. */
  readonly isRead: boolean
}

export interface HttpClientOptions {
  /** Taken for each request with an effect, and asked right before its first byte leaves. */
  readonly permit: () => Permit
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Returns further headers for what is sent, names and values in turn. */
  readonly sign?: (url: string, body: string) => readonly string[]
  /** The largest response that is read. Default: 256 KiB. */
  readonly maxBytes?: number
  /** How long connecting may take. Default: 3,000 ms. */
  readonly connectMs?: number
  /** How many requests may be open at once. Default: 256. */
  readonly connections?: number
  /** How long `close` waits for open requests. Default: 2,000 ms. */
  readonly graceMs?: number
}

/**
 * JSON over HTTP to the API of one provider: no redirects (they would carry credentials away), no retries, and a deadline
 * for every request. Uses undici's `dispatch`, because a stream for each response of 300 bytes costs more than the response.
 */
export class HttpClient {
  readonly #apiUrl: string
  readonly #basePath: string
  readonly #headers: readonly string[]
  readonly #headersWithBody: readonly string[]
  readonly #sign: HttpClientOptions['sign']
  /** For a request that follows from another one: it is taken before the first. */
  readonly permit: () => Permit
  readonly #pool: Pool
  readonly #graceMs: number
  readonly #maxBytes: number
  #closing: Promise<void> | null = null

  /** @param apiUrl - base URL of the API, without a slash at the end */
  constructor(apiUrl: string, options: HttpClientOptions) {
    const { headers = {}, sign, maxBytes = 256 * 1024, graceMs = 2_000 } = options
    const { connectMs = 3_000, connections = 256, permit } = options
    const { origin, pathname } = new URL(apiUrl)
    this.#apiUrl = apiUrl
    this.#basePath = pathname.replace(/\/$/, '')
    this.#headers = ['accept', 'application/json', ...Object.entries(headers).flat()]
    this.#headersWithBody = [...this.#headers, 'content-type', 'application/json; charset=utf-8']
    this.#sign = sign
    this.permit = permit
    this.#graceMs = graceMs
    this.#maxBytes = maxBytes
    this.#pool = new Pool(origin, {
      connections,
      connect: { timeout: connectMs },
      maxResponseSize: maxBytes,
      // Every request has a deadline of its own. These timeouts start anew with each byte, so a response that drips would
      // never reach them.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /**
   * An endpoint of the API. Frequent ones are worth keeping: undici reads every character of a path, and V8 first has to
   * copy a string that was just concatenated.
   *
   * @param path - below the base URL, encoded
   * @param timeoutMs - for the whole request: waiting for a connection, connecting, and the response to its last byte
   * @param isRead - whether it changes nothing
   */
  endpoint(
    method: Endpoint['method'],
    path: string,
    timeoutMs: number,
    isRead = method === 'GET',
  ): Endpoint {
    return { method, url: this.#apiUrl + path, path: this.#basePath + path, timeoutMs, isRead }
  }

  /** Sends `fields` as JSON, or no body. Never rejects. */
  send(
    endpoint: Endpoint,
    fields?: object,
    mayLeave = endpoint.isRead ? always : this.permit(),
  ): Promise<HttpResponse | HttpFailure> {
    const { method, url, path, timeoutMs } = endpoint
    // Serialized once: what is signed is what is sent.
    const body = fields ? JSON.stringify(fields) : null
    const headers = [
      ...(body === null ? this.#headers : this.#headersWithBody),
      ...(this.#sign?.(url, body ?? '') ?? []),
    ]
    return new Promise((resolve) => {
      const maxBytes = this.#maxBytes
      const request = new PendingRequest({ url, timeoutMs, maxBytes, mayLeave, resolve })
      try {
        this.#pool.dispatch({ method, path, headers, body }, request)
      } catch (error) {
        request.onResponseError(null, error)
      }
    })
  }

  /** Waits a limited time for open requests, then aborts them. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const graceOver = new Promise((resolve) => (timer = setTimeout(resolve, this.#graceMs)))
    await Promise.race([this.#pool.close(), graceOver])
    clearTimeout(timer)
    await this.#pool.destroy()
  }
}

const always = () => true

/** The value of a response header; null if it is missing or repeated. */
export function headerOf({ headers }: HttpResponse, name: string): string | null {
  const value = headers[name]
  // [undici] a value keeps the spaces after it, which are no part of it ([rfc9110] 5.5).
  return typeof value === 'string' ? value.trim() : null
}
