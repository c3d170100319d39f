import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.ts'
import {
  addressIn,
  isPublic,
  networkOf,
  originOf,
  TrustedProxies,
} from '../../server/http/client-address.ts'

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2::192.0.2.7', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('identifies the client address %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

describe('a hop of X-Forwarded-For', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    [' 198.51.100.7 ', '198.51.100.7'],
    ['198.51.100.7:51234', '198.51.100.7'],
    ['"198.51.100.7:51234"', '198.51.100.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['2001:0DB8:0::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['"[2001:db8::7]:443"', '2001:db8::7'],
    ['[fe80::1%eth0]:443', 'fe80::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['[::FFFF:192.0.2.7]:80', '192.0.2.7'],
    ['64:ff9b::c000:207', '192.0.2.7'],
  ])('parses the hop %s as %s', (hop, address) => {
    expect(addressIn(hop)).toBe(address)
  })

  it.each([
    ...['', ' ', 'unknown', '_hidden', 'localhost', '198.51.100', '198.51.100.7:', '[::1', '::1]'],
    ...['198.51.100.7:port', '[198.51.100.7]:80', '"198.51.100.7', '198.51.100.007', '1.2.3.4 5'],
    ...['for=192.0.2.7', '198.51.100.7;x'],
  ])('finds no address in the hop "%s"', (hop) => {
    expect(addressIn(hop)).toBeNull()
  })
})

describe('the origin of a request', () => {
  const trusted = new TrustedProxies(['10.0.0.0/8', '203.0.113.128/25', '2001:db8:ffff::/48'])
  it.each([
    ['203.0.113.9', undefined, '203.0.113.9', 'none', true],
    ['203.0.113.9', '198.51.100.7', '203.0.113.9', 'not_trusted', false],
    ['10.0.0.1', undefined, '10.0.0.1', 'none', true],
    ['10.0.0.1', '', '10.0.0.1', 'none', true],
    ['10.0.0.1', '198.51.100.7:51234', '198.51.100.7', 'believed', true],
    ['10.0.0.1', '6.6.6.6, 198.51.100.7:51234, 10.2.2.2:80', '198.51.100.7', 'believed', false],
    ['2001:db8:ffff::1', '"[2001:db8:1:2::7]:443"', '2001:db8:1:2::/64', 'believed', true],
    ['::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7', 'believed', true],
    // A chain that begins inside: its first hop was said by a proxy that is trusted.
    ['10.0.0.1', '10.3.3.3, 10.2.2.2', '10.3.3.3', 'believed', true],
    // Nothing left of what cannot be read is believed: anybody may have written it.
    ['10.0.0.1', '6.6.6.6, unknown', '10.0.0.1', 'unreadable', false],
    ['10.0.0.1', '6.6.6.6, unknown, 10.2.2.2', '10.2.2.2', 'unreadable', false],
    ['10.0.0.1', '6.6.6.6,', '10.0.0.1', 'unreadable', false],
    ['10.0.0.1', '6.6.6.6, , 10.2.2.2', '10.2.2.2', 'unreadable', false],
  ])(
    'the origin of a request over %s with "%s" is %s (%s)',
    (socket, header, address, forwarding, isFirst) => {
      expect(originOf(socket, header, trusted)).toMatchObject({ address, forwarding, isFirst })
    },
  )

  it.each([
    ['203.0.113.9', undefined, false],
    ['10.0.0.1', '198.51.100.7', false],
    ['10.0.0.1', undefined, true],
    // The proxy in between names only the one before it, such as a CDN, and not whom that serves.
    ['10.0.0.1', '203.0.113.200', true],
    ['203.0.113.200', undefined, true],
    ['203.0.113.200', '198.51.100.7, unknown', true],
    ['2001:db8:ffff::1', undefined, true],
  ])(
    'the origin of a request over %s with "%s" is a trusted proxy: %s',
    (socket, header, isProxy) => {
      expect(originOf(socket, header, trusted).isProxy).toBe(isProxy)
    },
  )

  it("the origin of a request is a shopper's only when the address is public", () => {
    const inside = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', '::1']
    for (const address of [...inside, 'fd00::1', 'fe80::1', '169.254.1.1', '0:0:0:0::/64'])
      expect(isPublic(address), address).toBe(false)
    for (const address of ['198.51.100.7', '172.32.0.1', '100.128.0.1', '2001:db8:1:2::/64'])
      expect(isPublic(address), address).toBe(true)
  })
})

describe('TRUSTED_PROXIES', () => {
  const problems = (value: string) => {
    try {
      readConfig({ TRUSTED_PROXIES: value })
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return error.problems.filter((problem) => problem.startsWith('TRUSTED_PROXIES'))
    }
    return []
  }

  it.each([
    ...['0.0.0.0/0', '::/0', '0.0.0.0/1,128.0.0.0/1', '1.2.3.4/0', '2000::/3', '8000::/1', '::/1'],
    ...['::/64', '::1/90', '10.0.0.0/8, 0.0.0.0/0', '64.0.0.0/2', 'fc00::/6'],
  ])('refuses the trusted proxy %s, because it would trust strangers', (value) => {
    expect(problems(value)).toEqual([expect.stringContaining('every stranger believed')])
  })

  it.each([8, 9, 11])('refuses ranges of %i bits that are everyone together', (bits) => {
    const ranges = Array.from({ length: 2 ** bits }, (_, part) => {
      const start = part * 2 ** (16 - bits)
      return `${start >> 8}.${start & 255}.0.0/${bits}`
    })
    expect(problems(ranges.join(','))).toEqual([expect.stringContaining('every stranger believed')])
  })

  it.each([
    ...['10.0.0.0/', '10.0.0.0/x', '10.0.0.0/8.5', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/0x8'],
    ...['proxy.internal', 'all', '*', '2001:db8::/129', '/8'],
  ])('refuses the trusted proxy %s, because it is not an address', (value) => {
    expect(problems(value)).toEqual([expect.stringContaining('addresses or ranges')])
  })

  it.each([
    ...['10.0.0.0/8', '127.0.0.1', '::1', '192.168.0.0/16,172.16.0.0/12', 'fc00::/7', 'fd00::/8'],
    ...['104.16.0.0/13,2400:cb00::/32', '2600:1f00::/24', '::ffff:10.0.0.1', 'fe80::/64'],
    '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,127.0.0.0/8,fc00::/7,52.0.0.0/8',
  ])('accepts the trusted proxy %s', (value) => {
    expect(problems(value)).toEqual([])
  })
})
