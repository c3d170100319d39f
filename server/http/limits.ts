/** [rfc3986] the characters of a path segment, except percent-encoding and those that proxies interpret differently. */
const normalPath = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+,=:@-]+)*\/?$/

/**
 * Whether a path has only one interpretation. A proxy that allows only some prefixes checks the path as it was sent, and may
 * interpret dot segments, empty segments, backslashes or percent-encoding differently; none of our paths contains these.
 */
export const isNormalPath = (path: string): boolean => path !== '' && normalPath.test(path)

/**
 * The path of a request target. [rfc9112] 3.2.2: servers must accept an absolute URL as well; [rfc9110] 4.2.4: one with a user
 * name is an error, so what is left of it is no path in normal form.
 */
export function pathOf(target: string): string {
  const [path = ''] = target.split('?', 1)
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/@]*/i, '')
}

interface PipelinedRequest {
  readonly socket: { readonly destroyed: boolean; destroy(): unknown }
}

interface PipelinedResponse {
  readonly socket: unknown
  once(event: 'close', callback: () => void): unknown
}

/** Browsers and proxies do not pipeline requests; the few clients that do have a handful in flight. */
const maxPipelined = 16

/**
 * Closes connections that pipeline many requests without reading the responses, which would all be buffered. Costs nothing for
 * clients that wait for each response.
 */
export class PipelineLimit {
  readonly #waiting = new WeakMap<object, number>()
  readonly #onClosed: () => void

  /** @param onClosed - called for each connection that is closed */
  constructor(onClosed: () => void) {
    this.#onClosed = onClosed
  }

  /** @returns false when the connection was closed; the request must not be handled then */
  admit({ socket }: PipelinedRequest, response: PipelinedResponse): boolean {
    // A response has no socket while an earlier one on the same connection is unfinished.
    if (response.socket !== null) return true
    if (socket.destroyed) return false
    const waiting = (this.#waiting.get(socket) ?? 0) + 1
    if (waiting > maxPipelined) {
      socket.destroy()
      this.#onClosed()
      return false
    }
    this.#waiting.set(socket, waiting)
    response.once('close', () => this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1))
    return true
  }
}
