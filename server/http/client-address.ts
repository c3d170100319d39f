import { BlockList, isIP, SocketAddress } from 'node:net'
import type { Context } from 'hono'
import { incomingOf } from './incoming.ts'

/** A wider range would trust addresses of others. [rfc4193] fc00::/7 is for private networks. */
const widest = { ipv4: 8, ipv6: 24 }
/** How many of the widest ranges all public ones together may cover: more of them would trust everyone as well. */
const widestCount = 4

/** A range so wide that it would trust everyone. */
export class TooWideError extends Error {
  override readonly name = 'TooWideError'
}

/** The proxies whose `X-Forwarded-For` is trusted; none, unless `TRUSTED_PROXIES` names them. */
export class TrustedProxies {
  readonly #list = new BlockList()

  /**
   * @param ranges addresses and ranges such as `10.0.0.0/8`
   * @throws TypeError for anything else, and TooWideError for a range that is too wide
   */
  constructor(ranges: readonly string[]) {
    let covered = 0
    for (const range of new Set(ranges)) {
      const [address = '', prefix, ...rest] = range.split('/')
      const family = familyOf(address)
      if (!family || rest.length > 0) throw new TypeError('neither an address nor a range')
      if (prefix === undefined) this.#list.addAddress(plain(address), family)
      else {
        if (!/^\d{1,3}$/.test(prefix)) throw new TypeError('the prefix is not a number')
        const bits = Number(prefix)
        const isPrivate = family === 'ipv6' && /^f[cd]/i.test(address) && bits >= 7
        // ::/64 and the like contain every IPv4 address in its IPv6 form.
        const containsIpv4 = plain(address).startsWith('::') && bits <= 96
        if ((bits < widest[family] && !isPrivate) || containsIpv4)
          throw new TooWideError('too wide')
        if (isPublic(address)) covered += 2 ** (widest[family] - bits)
        if (covered > widestCount) throw new TooWideError('too wide')
        this.#list.addSubnet(plain(address), bits, family)
      }
    }
  }

  includes(address: string): boolean {
    const family = familyOf(address)
    return family !== null && this.#list.check(plain(address), family)
  }
}

/** What happened to `X-Forwarded-For`: absent, believed, from an untrusted address, or not readable. */
export type Forwarding = 'none' | 'believed' | 'not_trusted' | 'unreadable'

export interface Origin {
  /** Identifies one subscriber; see `networkOf`. */
  readonly address: string
  readonly forwarding: Forwarding
  /** Whether `X-Forwarded-For` names nobody before that address. */
  readonly isFirst: boolean
  /** Whether it is the address of a trusted proxy, which did not say whom it serves. */
  readonly isProxy: boolean
}

/**
 * The client's address: the socket's, or, behind trusted proxies, the last hop in `X-Forwarded-For` that is not such a proxy.
 * Earlier hops can be forged. At a hop that cannot be read, the proxy that passed it on counts as the client. `Forwarded`
 * (RFC 7239) is ignored: a proxy that writes one of the two headers passes the other on unchecked.
 */
export function originOf(
  socket: string,
  forwarded: string | undefined,
  trusted: TrustedProxies,
): Origin {
  const hops = forwarded?.trim() ? forwarded.split(',') : []
  let nearest = plain(socket)
  const origin = (forwarding: Forwarding): Origin => ({
    ...{ address: networkOf(nearest), forwarding, isFirst: hops.length === 0 },
    isProxy: trusted.includes(nearest),
  })
  if (hops.length === 0) return origin('none')
  if (!trusted.includes(nearest)) return origin('not_trusted')
  while (trusted.includes(nearest)) {
    const hop = hops.pop()
    if (hop === undefined) break
    const address = addressIn(hop)
    if (address === null) return origin('unreadable')
    nearest = address
  }
  return origin('believed')
}

/** The origin of a request; null without a socket. */
export function clientOrigin(c: Context, trusted: TrustedProxies): Origin | null {
  const socket = incomingOf(c)?.socket.remoteAddress
  return socket === undefined ? null : originOf(socket, c.req.header('x-forwarded-for'), trusted)
}

/** The client's address for rate limits; null without a socket. */
export const clientAddress = (c: Context, trusted: TrustedProxies): string | null =>
  clientOrigin(c, trusted)?.address ?? null

/** The client's address; null as well for addresses of proxies and gateways, which any number of shoppers may share. */
export function shopperAddress(c: Context, trusted: TrustedProxies): string | null {
  const origin = clientOrigin(c, trusted)
  return origin && !origin.isProxy && isPublic(origin.address) ? origin.address : null
}

/** [iana] special-purpose addresses: this machine, private networks, carrier-grade NAT. */
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
for (const loopback of ['::', '::1']) internal.addAddress(loopback, 'ipv6')
internal.addSubnet('fc00::', 7, 'ipv6')
internal.addSubnet('fe80::', 10, 'ipv6')

/** @param address an address, or the result of `networkOf` */
export function isPublic(address: string): boolean {
  const [host = ''] = address.split('/')
  const family = familyOf(host)
  return family !== null && !internal.check(host, family)
}

/** The address in one hop, which may have a port, brackets or quotes; null when there is none. */
export function addressIn(hop: string): string | null {
  const text = hop.trim().replace(/^"(.*)"$/, '$1')
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1]
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? plain(bracketed) : null
  const host = /^[^:]*:\d{1,5}$/.test(text) ? text.replace(/:\d+$/, '') : text
  return isIP(host) === 0 ? null : plain(host)
}

/** The /64 network of an IPv6 address, since one subscriber has all of it; an IPv4 address itself. */
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
 * The address without its zone; the IPv4 address where IPv6 only embeds it ([rfc4291] 2.5.5.2, [rfc6052] 64:ff9b::/96), because
 * all clients of such a gateway would otherwise count as one subscriber.
 */
function plain(address: string): string {
  if (!address.includes(':') || isIP(address) !== 6) return address
  const [host = ''] = address.split('%')
  const { address: canonical } = new SocketAddress({ address: host, family: 'ipv6' })
  const embedded = /^(?:::ffff:|64:ff9b::)(?:(\d+\.\d+\.\d+\.\d+)|([\da-f]+):([\da-f]+))$/.exec(
    canonical,
  )
  if (!embedded) return canonical
  const [, dotted, high = '', low = ''] = embedded
  if (dotted !== undefined) return dotted
  const [a, b] = [parseInt(high, 16), parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | null => {
  const version = isIP(plain(address))
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6'
}
