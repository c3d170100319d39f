import type { IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { Dispatcher } from 'undici'
import type { Permit } from '../core/ownership.ts'
import type { HttpFailure, HttpResponse } from './http-client.ts'

interface PendingRequestOptions {
  readonly url: string
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly mayLeave: Permit
  readonly resolve: (result: HttpResponse | HttpFailure) => void
}

/** Collects the response to one request, and knows whether anything of the request has left this machine. */
export class PendingRequest implements Dispatcher.DispatchHandler {
  readonly #options: PendingRequestOptions
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | null = null
  #isSettled = false
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []

  constructor(options: PendingRequestOptions) {
    this.#options = options
    this.#timer = setTimeout(() => {
      this.#fail('timeout')
      this.#controller?.abort(new Error('timeout'))
    }, options.timeoutMs)
  }

  /**
   * [undici] called when the connection is established, TLS included, right before the first byte is written to it: if
   * anything fails earlier, nothing has left.
   */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#isSettled && !this.#options.mayLeave()) this.#fail('lease_expired')
    // It was reported as not sent, here or because it timed out in the queue, so it must not leave any more.
    if (this.#isSettled) controller.abort(new Error('not sent'))
    else this.#controller = controller
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    // Called for informational responses as well; the final one is the last.
    this.#status = statusCode
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const { url, maxBytes } = this.#options
    const received = Buffer.concat(this.#chunks)
    const bytes = decompressed(received, this.#headers['content-encoding'], maxBytes)
    if (!bytes) {
      this.#fail('unreadable_encoding')
      return
    }
    const [status, headers, body] = [this.#status, this.#headers, bytes.toString('utf8')]
    this.#settle({ kind: 'answered', url, status, headers, body, bytes })
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: unknown): void {
    this.#fail(codeOf(error))
  }

  /** Whether the request has left is observed; the error does not show it. */
  #fail(code: string): void {
    this.#settle({ kind: this.#controller ? 'no_response' : 'not_sent', code })
  }

  /** Only the first result counts. */
  #settle(result: HttpResponse | HttpFailure): void {
    this.#isSettled = true
    clearTimeout(this.#timer)
    this.#options.resolve(result)
  }
}

const decompressors: Readonly<Record<string, typeof gunzipSync>> = {
  ...{ gzip: gunzipSync, 'x-gzip': gunzipSync },
  ...{ deflate: inflateSync, br: brotliDecompressSync },
}

/**
 * We never ask for compression, but a proxy may add it, and the signature is over the original bytes. Null if the body
 * cannot be decompressed or exceeds `maxBytes`.
 */
function decompressed(
  bytes: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Buffer | null {
  // [undici] a value keeps the spaces after it, which are no part of it ([rfc9110] 5.5).
  const decompress = decompressors[encoding?.trim().toLowerCase() ?? '']
  if (!decompress) return bytes
  try {
    return decompress(bytes, { maxOutputLength: maxBytes })
  } catch {
    return null
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'unknown_error'
}
