import type { IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Pool } from 'undici'
import type { Dispatcher } from 'undici'
import { failure } from './failure.ts'
import type { Failure } from './failure.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body?: string | undefined
  /** For all of it: the wait for a connection, the connecting, the answer to its last byte. */
  readonly timeoutMs: number
}

export interface ExchangeResponse {
  readonly kind: 'answered'
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** As they came, for what is signed is bytes. */
  readonly bytes: Uint8Array
}

interface ExchangeOptions {
  readonly maxBytes: number
  readonly connectMs?: number
  readonly connections?: number
  /** How long calls that are out are waited for when it is closed. */
  readonly graceMs?: number
}

/**
 * One exchange of HTTP after another with one host: no redirects, nothing repeated, and no call without an end. By
 * `dispatch`, because a stream for every answer of 300 bytes costs more than the answer.
 */
export class HttpExchange {
  readonly #pool: Pool
  readonly #graceMs: number
  readonly #mostBytes: number
  #closing: Promise<void> | null = null

  constructor(origin: string, options: ExchangeOptions) {
    const { maxBytes, connectMs = 3_000, connections = 256, graceMs = 2_000 } = options
    this.#graceMs = graceMs
    this.#mostBytes = maxBytes
    this.#pool = new Pool(origin, {
      connections,
      connect: { timeout: connectMs },
      maxResponseSize: maxBytes,
      // A deadline of its own ends every call; these begin anew with each byte, and would let one drip for ever.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  send({
    method,
    path,
    headers,
    body,
    timeoutMs,
  }: HttpRequest): Promise<ExchangeResponse | Failure> {
    return new Promise((resolve) => {
      const call = new Call(resolve, timeoutMs, this.#mostBytes)
      try {
        this.#pool.dispatch({ method, path, headers, body: body ?? null }, call)
      } catch (error) {
        call.onResponseError(null, error)
      }
    })
  }

  /** Waits for the calls that are out, though not for ever. */
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

const unpack = { gzip: gunzipSync, 'x-gzip': gunzipSync, br: brotliDecompressSync } as const

/**
 * Nobody asks for it, and what stands in between may pack an answer all the same; its signature is over what was packed.
 * Null where it cannot be unpacked, or would be larger than any answer may be.
 */
function unpacked(bytes: Buffer, encoding: unknown, maxBytes: number): Buffer | null {
  const name = typeof encoding === 'string' ? encoding.toLowerCase() : ''
  if (name !== 'gzip' && name !== 'x-gzip' && name !== 'br') return bytes
  try {
    return unpack[name](bytes, { maxOutputLength: maxBytes })
  } catch {
    return null
  }
}

/** Puts the answer together, and knows whether anything of the request has left. */
class Call implements Dispatcher.DispatchHandler {
  readonly #settle: (result: ExchangeResponse | Failure) => void
  readonly #mostBytes: number
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | null = null
  #isOver = false
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []

  constructor(
    settle: (result: ExchangeResponse | Failure) => void,
    timeoutMs: number,
    maxBytes: number,
  ) {
    this.#settle = settle
    this.#mostBytes = maxBytes
    this.#timer = setTimeout(() => {
      this.#end(failure('timeout', this.#hasLeft))
      this.#controller?.abort(new Error('timeout'))
    }, timeoutMs)
  }

  /**
   * [undici] called when a connection stands, TLS included, right before the first byte is written to it: whatever fails
   * earlier, nothing has left.
   */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it stood in line, and said to be so: it must not leave any more.
    if (this.#isOver) controller.abort(new Error('timeout'))
    else this.#controller = controller
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    // An informational answer is followed by the real one.
    if (statusCode < 200) return
    this.#status = statusCode
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [first] = this.#chunks
    const sent = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    const bytes = unpacked(sent, this.#headers['content-encoding'], this.#mostBytes)
    if (!bytes) {
      this.#end(failure('unreadable_encoding', this.#hasLeft))
      return
    }
    const body = bytes.toString('utf8')
    this.#end({ kind: 'answered', status: this.#status, headers: this.#headers, body, bytes })
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: unknown): void {
    this.#end(failure(error, this.#hasLeft))
  }

  get #hasLeft(): boolean {
    return this.#controller !== null
  }

  #end(result: ExchangeResponse | Failure): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#settle(result)
  }
}
