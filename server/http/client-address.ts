import { BlockList, isIP, SocketAddress } from 'node:net'
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'

/** Wider than this trusts strangers: nobody has so many proxies. [rfc4193] fc00::/7 is for one's own network. */
const widest = { ipv4: 8, ipv6: 24 }

/** A range that would have everybody believed. */
export class TooWideError extends Error {
  override readonly name = 'TooWideError'
}

/** Whose `X-Forwarded-For` is believed; nobody's, unless `TRUSTED_PROXIES` names them. */
export class TrustedProxies {
  readonly #list = new BlockList()

  /** Throws for what is neither an address nor a range such as `10.0.0.0/8`, and a TooWideError for half the Internet. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', prefix, ...more] = range.split('/')
      const family = familyOf(address)
      if (!family || more.length > 0) throw new TypeError('neither an address nor a range')
      if (prefix === undefined) this.#list.addAddress(plain(address), family)
      else {
        if (!/^\d{1,3}$/.test(prefix)) throw new TypeError('the prefix is no number')
        const bits = Number(prefix)
        const isOwn = family === 'ipv6' && /^f[cd]/i.test(address) && bits >= 7
        // ::/64 and the like hold every address of IPv4, in its IPv6 form.
        const holdsAll = plain(address).startsWith('::') && bits <= 96
        if ((bits < widest[family] && !isOwn) || holdsAll) throw new TooWideError('too wide')
        this.#list.addSubnet(plain(address), bits, family)
      }
    }
  }

  includes(address: string): boolean {
    const family = familyOf(address)
    return family !== null && this.#list.check(plain(address), family)
  }
}

/** Whether a proxy said where a request comes from, and whether that could be believed and read. */
export type Forwarding = 'none' | 'believed' | 'not_trusted' | 'unreadable'

export interface Origin {
  /** Of one subscriber; see `networkOf`. */
  readonly address: string
  readonly forwarding: Forwarding
}

/**
 * Where a request comes from: the socket, or, behind proxies that are trusted, the last hop in `X-Forwarded-For` that is not such
 * a proxy. What stands before it anybody may have written; so it ends as well at the first hop that cannot be read, and the proxy
 * that passed it on is what is counted. `Forwarded` (RFC 7239) is not read: a proxy that writes the one header passes the other
 * on as a stranger wrote it.
 */
export function originOf(
  socket: string,
  forwarded: string | undefined,
  trusted: TrustedProxies,
): Origin {
  const hops = forwarded?.trim() ? forwarded.split(',') : []
  let nearest = plain(socket)
  if (hops.length === 0) return { address: networkOf(nearest), forwarding: 'none' }
  if (!trusted.includes(nearest)) return { address: networkOf(nearest), forwarding: 'not_trusted' }
  for (const hop of hops.reverse()) {
    const address = addressIn(hop)
    if (address === null) return { address: networkOf(nearest), forwarding: 'unreadable' }
    nearest = address
    if (!trusted.includes(nearest)) break
  }
  return { address: networkOf(nearest), forwarding: 'believed' }
}

/** The same for a request; null where there is no socket to look at. */
export function clientOrigin(c: Context, trusted: TrustedProxies): Origin | null {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage }
  const socket = incoming?.socket.remoteAddress
  return socket === undefined ? null : originOf(socket, c.req.header('x-forwarded-for'), trusted)
}

/** The address by which somebody is known again; null where there is no socket to look at. */
export const clientAddress = (c: Context, trusted: TrustedProxies): string | null =>
  clientOrigin(c, trusted)?.address ?? null

/** The same, and null as well for what is no shopper's but stands between: there is no telling how many are behind it. */
export function shopperAddress(c: Context, trusted: TrustedProxies): string | null {
  const address = clientAddress(c, trusted)
  return address !== null && isPublic(address) ? address : null
}

/** [iana] special-purpose addresses that no subscriber of the Internet has: this machine, private networks, carriers' own. */
const internal = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  internal.addSubnet(network, bits, 'ipv4')
for (const own of ['::', '::1']) internal.addAddress(own, 'ipv6')
internal.addSubnet('fc00::', 7, 'ipv6')
internal.addSubnet('fe80::', 10, 'ipv6')

/** Takes an address or what `networkOf` made of it. */
export function isPublic(address: string): boolean {
  const [host = ''] = address.split('/')
  const family = familyOf(host)
  return family !== null && !internal.check(host, family)
}

/** What one hop names: an address, perhaps with a port, in brackets or quotes; null when it names none. */
export function addressIn(hop: string): string | null {
  const text = hop.trim().replace(/^"(.*)"$/, '$1')
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1]
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? plain(bracketed) : null
  const host = /^[^:]*:\d{1,5}$/.test(text) ? text.replace(/:\d+$/, '') : text
  return isIP(host) === 0 ? null : plain(host)
}

/** Every address of IPv6 whose first 64 bits are the same has the same; one of IPv4 is itself. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%', 1).join('').split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`
}

/**
 * The address without its zone, and of IPv4 where IPv6 only carries it ([rfc4291] 2.5.5.2, [rfc6052] 64:ff9b::/96): else all
 * that come through such a gateway would be one subscriber.
 */
function plain(address: string): string {
  if (!address.includes(':') || isIP(address) !== 6) return address
  const [host = ''] = address.split('%')
  const { address: canonical } = new SocketAddress({ address: host, family: 'ipv6' })
  const carried = /^(?:::ffff:|64:ff9b::)(?:(\d+\.\d+\.\d+\.\d+)|([\da-f]+):([\da-f]+))$/.exec(
    canonical,
  )
  if (!carried) return canonical
  const [, dotted, high = '', low = ''] = carried
  if (dotted !== undefined) return dotted
  const [a, b] = [parseInt(high, 16), parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | null => {
  const version = isIP(plain(address))
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6'
}
