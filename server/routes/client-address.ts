import { BlockList, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'

/** Whose `X-Forwarded-For` is believed; nobody's, unless `TRUSTED_PROXIES` names them. */
export class TrustedProxies {
  readonly #list = new BlockList()

  /** Throws for what is neither an address nor a range such as `10.0.0.0/8`. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', prefix] = range.split('/')
      const family = familyOf(address)
      if (!family) throw new TypeError('neither an address nor a range')
      if (prefix === undefined) this.#list.addAddress(address, family)
      else this.#list.addSubnet(address, Number(prefix), family)
    }
  }

  includes(address: string): boolean {
    const family = familyOf(address)
    return family !== null && this.#list.check(address, family)
  }
}

/**
 * The address by which somebody is known again, of IPv6 its /64, which is one subscriber's: the socket's, or, behind proxies
 * that are trusted, the last one in `X-Forwarded-For` that is not such a proxy. What stands before it anybody may have
 * written. Null where there is no socket to look at.
 */
export function clientAddress(c: Context, trusted: TrustedProxies): string | null {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage }
  const socket = incoming?.socket.remoteAddress
  if (socket === undefined) return null
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',')
  const hops = [...forwarded.map((hop) => hop.trim()), socket].filter((hop) => isIP(hop))
  return networkOf(plain(hops.findLast((hop) => !trusted.includes(plain(hop))) ?? socket))
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

/** An IPv4 address that came in over an IPv6 socket. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

const familyOf = (address: string): 'ipv4' | 'ipv6' | null => {
  const version = isIP(plain(address))
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6'
}
