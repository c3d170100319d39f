/** [rfc3986] the characters of a path segment, without those that are there to be decoded or that proxies read in their own way. */
const normalPath = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+,=:@-]+)*\/?$/

/**
 * Whether a path has one reading alone. A proxy that lets only some prefixes through judges the path as it was sent; what is
 * written with dot segments, empty segments, backslashes or percent-encoding it may read differently, and no path of ours
 * needs any of these.
 */
export const isNormalPath = (path: string): boolean => path !== '' && normalPath.test(path)

/** The path of a request target. [rfc9112] 3.2.2: a whole URL must be taken as well. */
export function pathOf(target: string): string {
  const [path = ''] = target.split('?', 1)
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/]*/i, '')
}

interface Asked {
  readonly socket: { readonly destroyed: boolean; destroy(): unknown }
}

interface Answering {
  readonly socket: unknown
  once(event: 'close', callback: () => void): unknown
}

/** Browsers and proxies do not ask again before they were answered; the few clients that do have a handful under way. */
const maxPipelined = 16

/**
 * Cuts connections that send request after request without reading the answers: each one may be small, but all of them are made and
 * kept. Costs nothing where answers are waited for.
 */
export class PipelineLimit {
  readonly #waiting = new WeakMap<object, number>()

  /** False: the connection is cut, and the request not to be answered. */
  admit({ socket }: Asked, response: Answering): boolean {
    // It has no socket yet while another answer is to go out before it.
    if (response.socket !== null) return true
    if (socket.destroyed) return false
    const waiting = (this.#waiting.get(socket) ?? 0) + 1
    if (waiting > maxPipelined) {
      socket.destroy()
      return false
    }
    this.#waiting.set(socket, waiting)
    response.once('close', () => this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1))
    return true
  }
}
