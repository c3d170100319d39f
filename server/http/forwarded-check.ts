import type { IncomingHttpHeaders } from 'node:http'
import type { Log } from '../log.ts'
import { isPublic, originOf } from './client-address.ts'
import type { Forwarding, TrustedProxies } from './client-address.ts'

const complaints: Partial<Record<Forwarding, string>> = {
  not_trusted:
    'X-Forwarded-For comes from an address that is not in TRUSTED_PROXIES and is not believed: all shoppers behind that proxy ' +
    'count as one. Set TRUSTED_PROXIES to the address of your proxy',
  unreadable:
    'X-Forwarded-For of a trusted proxy cannot be read: all shoppers behind it count as one. It must append the address that ' +
    'it was connected from',
}

interface Asked {
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** Says once, and as an error, that a proxy is in the way and hides the shoppers' addresses: it costs a shop its customers. */
export class ForwardedCheck {
  readonly #trusted: TrustedProxies
  readonly #log: Log
  readonly #told = new Set<Forwarding>()
  /** Connections whose proxy is trusted; the header of their later requests is only read where it is needed. */
  readonly #checked = new WeakSet()

  constructor(trusted: TrustedProxies, log: Log) {
    this.#trusted = trusted
    this.#log = log
  }

  look({ headers, socket }: Asked): void {
    const header = headers['x-forwarded-for']
    if (header === undefined || this.#told.size === 2 || this.#checked.has(socket)) return
    const address = socket.remoteAddress
    if (address === undefined) return
    const { forwarding } = originOf(address, String(header), this.#trusted)
    this.#checked.add(socket)
    const complaint = complaints[forwarding]
    if (complaint === undefined || this.#told.has(forwarding)) return
    this.#told.add(forwarding)
    // An address of one's own network is nobody's secret; any other may be a shopper's who wrote that header.
    this.#log.error(isPublic(address) ? {} : { proxy: address }, complaint)
  }
}
