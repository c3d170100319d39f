import type { IncomingHttpHeaders } from 'node:http'
import type { Log } from '../log.ts'
import { isPublic, originOf } from './client-address.ts'
import type { Forwarding, TrustedProxies } from './client-address.ts'

const warnings: Partial<Record<Forwarding, string>> = {
  not_trusted:
    'X-Forwarded-For from an address that is not in TRUSTED_PROXIES is ignored: all shoppers behind that proxy ' +
    'count as one. Set TRUSTED_PROXIES to the address of your proxy',
  unreadable:
    'X-Forwarded-For of a trusted proxy cannot be read: all shoppers behind it count as one. The proxy must append the ' +
    'address of the client that connects to it',
}

interface IncomingRequest {
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** Logs an error once when a proxy hides the shoppers' addresses: they would then share one rate limit. */
export class ForwardedCheck {
  readonly #trusted: TrustedProxies
  readonly #log: Log
  readonly #logged = new Set<Forwarding>()
  /** Connections that were checked already: later requests on them skip the check. */
  readonly #checked = new WeakSet()

  constructor(trusted: TrustedProxies, log: Log) {
    this.#trusted = trusted
    this.#log = log
  }

  look({ headers, socket }: IncomingRequest): void {
    const header = headers['x-forwarded-for']
    if (header === undefined || this.#logged.size === 2 || this.#checked.has(socket)) return
    const address = socket.remoteAddress
    if (address === undefined) return
    const { forwarding } = originOf(address, String(header), this.#trusted)
    this.#checked.add(socket)
    const warning = warnings[forwarding]
    if (warning === undefined || this.#logged.has(forwarding)) return
    this.#logged.add(forwarding)
    // A private address may be logged; a public one may be a shopper's, who sent that header.
    this.#log.error(isPublic(address) ? {} : { proxy: address }, warning)
  }
}
