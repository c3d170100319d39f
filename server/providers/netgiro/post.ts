import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher, Pool } from 'undici'

export interface HttpAnswer {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface HttpPost {
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: string
  readonly timeoutMs: number
}

/** One POST over the pool. By `dispatch`, because a stream for every answer of 300 bytes costs more than the answer. */
export const post = (
  pool: Pool,
  { path, headers, body, timeoutMs }: HttpPost,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    pool.dispatch(
      {
        method: 'POST',
        path,
        headers,
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      },
      new Collector(resolve, reject),
    )
  })

/** Puts the answer together and settles the promise. */
class Collector implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: HttpAnswer) => void
  readonly #reject: (error: Error) => void
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []

  constructor(resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  onRequestStart(): void {
    // undici takes a handler for one of the newer kind by this method.
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    // An informational answer is followed by the real one.
    if (statusCode >= 200) this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [first] = this.#chunks
    const bytes = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    this.#resolve({ headers: this.#headers, body: bytes.toString('utf8') })
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error)
  }
}
