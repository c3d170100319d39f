import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { URL as NodeUrl } from 'node:url'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.ts'
import { bearer } from '../../server/http/middleware.ts'
import { secretKey as sandboxKey } from '../support/test-server.ts'

const strong = 'Zk3v9QpX7wLr2TnB8yHc5MdF1sGj6KaE'
const webhookSecret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
const complete = {
  NETGIRO_APP_ID: 'app',
  NETGIRO_SECRET_KEY: 'provider-secret-of-the-tests',
  NETGIRO_API_URL: 'https://api.test.netgiro.is/v1',
  PUBLIC_URL: 'https://pay.shop.is',
  ALLOWED_ORIGINS: 'https://shop.is',
  MERCHANT_API_KEY: strong,
  MERCHANT_NAME: 'Ullarbúðin',
}
const hooked = {
  ...complete,
  WEBHOOK_URL: 'https://shop.is/hook',
  WEBHOOK_SECRET: webhookSecret,
}
const sites = {
  AVARDA_API_URL: 'https://stage.avarda.org/CheckOut2',
  AVARDA_SITE_CODE: 'site',
  AVARDA_SITE_PASSWORD: 'word',
}
type Env = Readonly<Record<string, string | undefined>>

const problems = (env: Env): readonly string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems
  }
}
/** The only thing that is wrong. */
const problem = (env: Env): string => {
  const said = problems(env)
  expect(said).toHaveLength(1)
  return said[0] ?? ''
}

const folder = mkdtempSync(join(tmpdir(), 'config-values-'))
let files = 0
const fileOf = (content: string | Uint8Array) => {
  const path = join(folder, `value-${++files}`)
  writeFileSync(path, content)
  return path
}

describe('a key that is sent as a Bearer token', () => {
  it.each(['MERCHANT_API_KEY', 'ADMIN_TOKEN'])(
    'refuses a %s that the Authorization header cannot carry',
    (name) => {
      for (const key of [
        `${strong}!`,
        `${strong} ${strong}`,
        `${strong}ö`,
        `=${strong}`,
        `"${strong}`,
      ])
        expect(problem({ ...complete, [name]: key })).toMatch(`${name} may hold only`)
      expect(problem({ ...complete, [name]: strong.repeat(17) })).toMatch(/at most 500 characters/)
    },
  )

  it('reads an accepted key from the header as it was given', () => {
    const key = fc.oneof(
      fc.string({ minLength: 14, maxLength: 40, unit: 'binary-ascii' }),
      fc.base64String({ minLength: 16, maxLength: 600 }),
      fc.stringMatching(/^[\w.~+/!#-]{16,40}={0,3}$/),
    )
    fc.assert(
      fc.property(key, (text) => {
        let keys: readonly string[]
        try {
          keys = readConfig({ ...complete, MERCHANT_API_KEY: text }).merchantKeys
        } catch {
          return
        }
        expect(keys.length).toBeGreaterThan(0)
        for (const one of keys) expect(bearer(`Bearer ${one}`)).toBe(one)
      }),
      { numRuns: 2_000 },
    )
  })

  it('accepts a key of 500 characters', () => {
    const key = strong.repeat(16).slice(0, 499) + '_'
    expect(readConfig({ ...complete, MERCHANT_API_KEY: key }).merchantKeys).toEqual([key])
    expect(bearer(`Bearer ${key}`)).toBe(key)
  })
})

describe('a list', () => {
  it.each(['MERCHANT_API_KEY', 'ALLOWED_ORIGINS', 'WEBHOOK_SECRET', 'HASH_KEY', 'TRUSTED_PROXIES'])(
    'refuses a list of nothing but commas as %s',
    (name) => {
      expect(problem({ ...hooked, [name]: ' , ,' })).toBe(`${name} holds nothing but commas`)
    },
  )
})

describe('secrets that can be guessed', () => {
  const weak = [
    'changemechangeme',
    'a'.repeat(16),
    'passwordpassword',
    'password12345678',
    '1234567890123456',
    '0123456789abcdef',
    'abcdefghijklmnopqrstuvwxyz',
    'qwertyuiopasdfgh',
    'CHANGE-ME-PLEASE-NOW',
    'your-secret-key-here',
    'merchant-api-key',
    'adminadminadmin1',
    'Passw0rd-s3cr3t-k3y',
    'MerchantApiKey2024',
    'testpassword1234',
    'this-is-a-secret-key',
    '00000000-0000-0000-0000-000000000000',
    'abababababababab',
  ]
  it.each(['MERCHANT_API_KEY', 'ADMIN_TOKEN'])(
    'refuses secrets that can be guessed as %s',
    (name) => {
      for (const secret of weak) {
        expect(problem({ ...complete, [name]: secret }), secret).toMatch(`${name} `)
        expect(problem({ ...complete, [name]: secret })).not.toContain(secret)
      }
    },
  )

  it('accepts secrets that name their purpose and cannot be guessed', () => {
    for (const secret of ['test-merchant-key-0123456789', 'canary-key-0123456789'])
      expect(problems({ ...complete, MERCHANT_API_KEY: secret })).toEqual([])
  })

  it('refuses secrets that can be guessed as WEBHOOK_SECRET', () => {
    const bytes = [
      Buffer.alloc(32),
      Buffer.alloc(24, 1),
      Buffer.from([...Array(32).keys()]),
      Buffer.from('changemechangemechangeme'),
      Buffer.from('your-webhook-secret-key-here-please'),
      Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'),
    ]
    for (const one of bytes)
      expect(problem({ ...hooked, WEBHOOK_SECRET: `whsec_${one.toString('base64')}` })).toMatch(
        /^WEBHOOK_SECRET .*: it needs whsec_/,
      )
  })

  it('accepts random secrets', () => {
    const made = fc.uint8Array({ minLength: 24, maxLength: 64 }).filter((bytes) => {
      // The generator likes small and equal numbers, as chance does not.
      return new Set(bytes).size >= 18
    })
    fc.assert(
      fc.property(made, (bytes) => {
        const [hex, base64] = [
          Buffer.from(bytes).toString('hex'),
          Buffer.from(bytes).toString('base64'),
        ]
        expect(
          problems({ ...hooked, MERCHANT_API_KEY: hex, ADMIN_TOKEN: base64, HASH_KEY: hex }),
        ).toEqual([])
        expect(problems({ ...hooked, WEBHOOK_SECRET: `whsec_${base64}` })).toEqual([])
      }),
    )
  })

  it('accepts secrets that can be guessed with ALLOW_INSECURE', () => {
    const env = {
      ...hooked,
      MERCHANT_API_KEY: 'changemechangeme',
      WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}`,
    }
    expect(problems(env)).toHaveLength(2)
    expect(problems({ ...env, ALLOW_INSECURE: 'true' })).toEqual([])
    expect(problem({ ...complete, ALLOW_INSECURE: 'yes' })).toMatch(/must be one of true, false/)
  })
})

it('accepts a webhook secret with any padding, and normalizes it for the signing library', () => {
  for (const length of [24, 25, 26, 32, 64]) {
    const bytes = Buffer.from(`${strong}${Array.from(strong).reverse().join('')}`.slice(0, length))
    const base64 = bytes.toString('base64')
    for (const written of new Set([base64, base64.replace(/=+$/, '')])) {
      const { webhook } = readConfig({ ...hooked, WEBHOOK_SECRET: `whsec_${written}` })
      const [secret = ''] = webhook?.secrets ?? []
      expect(new Webhook(secret).sign('id', new Date(0), '{}')).toBe(
        new Webhook(bytes, { format: 'raw' }).sign('id', new Date(0), '{}'),
      )
    }
  }
  for (const odd of [
    'whsec_',
    `${webhookSecret}==`,
    `whsec_${'A'.repeat(33)}`,
    webhookSecret.slice(6),
  ])
    expect(problem({ ...hooked, WEBHOOK_SECRET: odd })).toMatch(/must be whsec_ and 24 to 64/)
})

const urls = [
  ...['NETGIRO_API_URL', 'NETGIRO_PARTNER_API_URL', 'PUBLIC_URL', 'WEBHOOK_URL', 'AUTHORIZE_URL'],
  ...['AVARDA_API_URL', 'AVARDA_SCRIPT_URL'],
]
const bases = urls.filter((name) => !/WEBHOOK|AUTHORIZE/.test(name))
const everything = { ...hooked, ...sites }

describe('http', () => {
  it.each(urls)('refuses http as %s for other machines, unless a setting allows it', (name) => {
    for (const host of [
      'shop.is',
      '10.0.0.7:8080',
      'shop',
      '0.0.0.0',
      'localhost.shop.is',
      '127.0.0.1.shop.is',
    ]) {
      const env = { ...everything, [name]: `http://${host}/v1` }
      expect(problem(env), host).toMatch(`${name} must be https`)
      expect(problems({ ...env, ALLOW_INSECURE: 'true' })).toEqual([])
    }
  })

  it.each(urls)('accepts http as %s for this machine', (name) => {
    for (const host of [
      'localhost:80',
      'LOCALHOST',
      'shop.localhost:3000',
      '127.0.0.1:4010',
      '127.8.9.1',
      '[::1]:99',
    ])
      expect(problems({ ...everything, [name]: `http://${host}/x` }), host).toEqual([])
  })

  it('refuses http in an origin of other machines', () => {
    const env = { ...complete, ALLOWED_ORIGINS: 'https://shop.is,http://shop.is' }
    expect(problem(env)).toMatch(/ALLOWED_ORIGINS must be https/)
    expect(problems({ ...complete, ALLOWED_ORIGINS: 'http://localhost:3000' })).toEqual([])
  })
})

describe('the published credentials of the sandbox', () => {
  const sandbox = {
    ...complete,
    NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
    NETGIRO_SECRET_KEY: sandboxKey,
  }
  it.each([
    'https://api.test.netgiro.is/v1',
    'https://test.netgiro.is/api',
    'http://127.0.0.1:4010/v1',
  ])('accepts the published credentials of the sandbox for %s', (url) => {
    expect(problems({ ...sandbox, NETGIRO_API_URL: url })).toEqual([])
  })

  it('refuses the published credentials of the sandbox for the live API', () => {
    const env = { ...sandbox, NETGIRO_API_URL: 'https://api.netgiro.is/v1' }
    expect(problems(env).map((text) => text.split(' ')[0])).toEqual([
      'NETGIRO_APP_ID',
      'NETGIRO_SECRET_KEY',
    ])
    const lower = {
      ...env,
      NETGIRO_APP_ID: env.NETGIRO_APP_ID.toLowerCase(),
      NETGIRO_SECRET_KEY: strong,
    }
    expect(problem(lower)).toMatch(/^NETGIRO_APP_ID is of the published sandbox/)
  })

  it('refuses credentials that are placeholders', () => {
    for (const name of ['NETGIRO_APP_ID', 'NETGIRO_SECRET_KEY'])
      expect(problem({ ...complete, [name]: 'your-secret-key' })).toMatch(/stands in examples/)
  })
})

it("refuses the URL of Netgíró's other API", () => {
  const v2 = { ...complete, NETGIRO_API: 'v2' }
  expect(problem(v2)).toBe('NETGIRO_API_URL must end in /v2, as NETGIRO_API says')
  expect(problem({ ...complete, NETGIRO_API_URL: 'https://api.netgiro.is/v2' })).toMatch(/\/v1/)
  expect(problems({ ...v2, NETGIRO_API_URL: 'https://api.netgiro.is/v2' })).toEqual([])
})

it("refuses a URL that is not the base of Netgíró's API", () => {
  for (const path of ['', '/', '/v1/Checkout', '/v1/Checkout/InsertCart', '/checkout', '/v2'])
    expect(problem({ ...complete, NETGIRO_API_URL: `https://api.test.netgiro.is${path}` })).toBe(
      'NETGIRO_API_URL must end in /v1, as NETGIRO_API says',
    )
  for (const url of ['https://api.test.netgiro.is/v1/', 'https://test.netgiro.is/api'])
    expect(problems({ ...complete, NETGIRO_API_URL: url })).toEqual([])
})

it('refuses a URL to listen on beside a file', () => {
  expect(problem({ ...complete, DATABASE_LISTEN_URL: 'postgres://db.example/pay' })).toBe(
    'DATABASE_LISTEN_URL does nothing without a postgres:// DATABASE_URL',
  )
})

it('refuses two environments of Netgíró at once', () => {
  const live = { NETGIRO_PARTNER_API_URL: 'https://api.netgiro.is/partner' }
  const test = { NETGIRO_PARTNER_API_URL: 'https://partner-api.test.netgiro.is' }
  expect(problem({ ...complete, ...live })).toMatch(/NETGIRO_PARTNER_API_URL .*same environment/)
  expect(problems({ ...complete, ...test })).toEqual([])
  const url = { NETGIRO_API_URL: 'https://api.netgiro.is/v1' }
  expect(problem({ ...complete, ...url, ...test })).toMatch(/same environment/)
  expect(problems({ ...complete, ...url, ...live })).toEqual([])
})

it('refuses NETGIRO_CONFIRMATION=callback where callbacks cannot arrive', () => {
  const here = { ...complete, PUBLIC_URL: 'http://localhost:8787' }
  expect(problem({ ...here, NETGIRO_CONFIRMATION: 'callback' })).toMatch(/that Netgíró can reach/)
  const simulated = { NETGIRO_API_URL: 'http://127.0.0.1:4010/v1' }
  expect(problems({ ...here, ...simulated, NETGIRO_CONFIRMATION: 'callback' })).toEqual([])
  expect(problems(here)).toEqual([])
})

describe('a URL', () => {
  it.each(bases)('a URL that paths are appended to contains nothing else, as %s', (name) => {
    const bad = {
      'https://user:word@shop.is': 'must be without a user name and password',
      'https://user@shop.is': 'must be without a user name and password',
      'https://shop.is/v1?': 'must be without ? and #',
      'https://shop.is/v1?a=b': 'must be without ? and #',
      'https://shop.is/#': 'must be without ? and #',
      'https://shop.is//v1': 'must be without empty parts',
      'https://shop.is:0': 'must be an http(s) address',
      'shop.is': 'must be an http(s) address',
      'ftp://shop.is': 'must be an http(s) address',
      'https://': 'must be an http(s) address',
      'https://shop.is:99999': 'must be an http(s) address',
    }
    for (const [value, reason] of Object.entries(bad))
      expect(problem({ ...everything, [name]: value }), value).toContain(`${name} ${reason}`)
  })

  it('normalizes a URL as HTTP clients do it', () => {
    const { publicUrl, netgiro } = readConfig({
      ...complete,
      PUBLIC_URL: 'HTTPS://Greiða.Shop.IS:443/pay/../',
      NETGIRO_API_URL: 'https://API.test.Netgiro.is:443/v1//',
    })
    expect(publicUrl).toBe('https://xn--greia-lta.shop.is')
    expect(netgiro.apiUrl).toBe('https://api.test.netgiro.is/v1')
  })

  it.each(['WEBHOOK_URL', 'AUTHORIZE_URL'])(
    'a URL of the shop may contain credentials that can be sent, as %s',
    (name) => {
      for (const value of [
        'https://us%C3%A9r:p%40ss%3A@shop.is/hook?a=b',
        'https://user@shop.is',
        'https://:word@shop.is',
      ])
        expect(problems({ ...everything, [name]: value }), value).toEqual([])
      for (const value of [
        'https://us%3Aer:word@shop.is',
        'https://a:b%zz@shop.is',
        'https://a:%ff@shop.is',
        'https://a%00:b@shop.is',
      ])
        expect(problem({ ...everything, [name]: value }), value).toMatch(/cannot be sent/)
      expect(problem({ ...everything, [name]: 'https://shop.is/hook#top' })).toMatch(/without #/)
    },
  )
})

describe('ALLOWED_ORIGINS', () => {
  const read = (text: string) => [
    ...readConfig({ ...complete, ALLOWED_ORIGINS: text }).allowedOrigins,
  ]
  it('normalizes ALLOWED_ORIGINS to what browsers send', () => {
    const browsers = {
      'https://Búð.is': 'https://xn--b-pga3a.is',
      'HTTPS://Shop.is': 'https://shop.is',
      'https://shop.is:443': 'https://shop.is',
      'https://shop.is/': 'https://shop.is',
      'http://localhost:80/': 'http://localhost',
      'https://shop.is:8443': 'https://shop.is:8443',
    }
    for (const [given, sent] of Object.entries(browsers)) {
      expect(read(given)).toEqual([sent])
      expect(new NodeUrl(given).origin).toBe(sent)
    }
    expect(read('https://shop.is, https://SHOP.is/,')).toEqual(['https://shop.is'])
  })

  it.each([
    ['null', /null is any page/],
    ['*', /\* is not understood/],
    ['https://*.shop.is', /\* is not understood/],
    ['shop.is', /beginning with https/],
    ['https://shop.is/cart', /without a path/],
    ['https://shop.is?', /without a path/],
    ['https://user@shop.is', /without a user name/],
    ['https://shop.is https://www.shop.is', /must list origins/],
    ['chrome-extension://abc', /beginning with https/],
  ])('refuses the origin %s with the reason', (text, reason) => {
    expect(problem({ ...complete, ALLOWED_ORIGINS: text })).toMatch(reason)
  })
})

describe('a file that contains a value', () => {
  const from = (path: string) => ({
    ...complete,
    MERCHANT_NAME: undefined,
    MERCHANT_NAME_FILE: path,
  })

  it('a settings file may end in a line break, begin with a byte order mark, or be a link', () => {
    const path = fileOf('\ufeffUllarbúðin\r\n\n')
    const link = join(folder, 'link')
    symlinkSync(path, link)
    for (const one of [path, link]) expect(readConfig(from(one)).merchantName).toBe('Ullarbúðin')
  })

  it.each([
    ['a folder', () => folder, 'names a folder, not a file'],
    ['a device', () => '/dev/zero', 'names a pipe or a device, not a regular file'],
    ['nothing', () => '/nowhere/at/all', 'names a file that cannot be read'],
    ['an empty file', () => fileOf(' \n'), 'names an empty file'],
    ['a long file', () => fileOf('x'.repeat(70_000)), 'names a file of more than 64 kB'],
    ['a file without an end', () => '/proc/kallsyms', 'names a file of more than 64 kB'],
    ['bytes', () => fileOf(Buffer.from([0x41, 0xff, 0xfe])), 'is not text in UTF-8'],
  ])('refuses a settings file that is %s', (_, path, reason) => {
    expect(problem(from(path()))).toMatch(/^MERCHANT_NAME_FILE /)
    expect(problem(from(path()))).toContain(reason)
  })

  it('refuses a settings file that is a pipe without blocking', () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    expect(problem(from(path))).toBe(
      'MERCHANT_NAME_FILE names a pipe or a device, not a regular file',
    )
  })

  it('refuses a settings file that contains several lines or a NUL', () => {
    expect(problem(from(fileOf('one\ntwo\n')))).toBe('MERCHANT_NAME must be one line')
    expect(problem(from(fileOf('one\0two')))).toMatch(/control characters/)
  })

  it('reports an unusable settings file once, without problems of its value', () => {
    const env = { ...hooked, WEBHOOK_SECRET: undefined, WEBHOOK_SECRET_FILE: '/nowhere' }
    expect(problems(env)).toEqual(['WEBHOOK_SECRET_FILE names a file that cannot be read'])
  })
})

describe('DATABASE_URL', () => {
  const read = (url: string) => readConfig({ ...complete, DATABASE_URL: url }).databaseUrl
  it('DATABASE_URL names the file that a link leads to, there already or not', () => {
    const file = join(realpathSync(folder), 'volume', 'checkout.db')
    mkdirSync(dirname(file), { recursive: true })
    const relative = join(folder, 'relative.db')
    symlinkSync('volume/checkout.db', relative)
    const chained = join(folder, 'chained.db')
    symlinkSync(relative, chained)
    for (const link of [relative, chained]) expect(read(`file:${link}`)).toBe(`file:${file}`)
    writeFileSync(file, '')
    for (const link of [relative, chained]) expect(read(`file:${link}`)).toBe(`file:${file}`)
    const around = join(folder, 'around.db')
    symlinkSync(around, around)
    expect(problem({ ...complete, DATABASE_URL: `file:${around}` })).toMatch(/^DATABASE_URL names/)
  })

  it.each(['sslrootcert', 'sslcert', 'sslkey'])(
    'refuses a pipe, a folder and a device as %s without reading them',
    (name) => {
      const pipe = join(folder, `pipe-${name}`)
      execFileSync('mkfifo', [pipe])
      for (const path of [pipe, folder, '/dev/zero'])
        expect(
          problem({ ...complete, DATABASE_URL: `postgres://db.internal/pay?${name}=${path}` }),
        ).toBe(`DATABASE_URL has an ${name} that names no regular file`)
    },
  )

  it('DATABASE_URL accepts every notation of a file', () => {
    expect(read('file:./data/c.db')).toBe('file:./data/c.db')
    expect(read('file:/srv/c.db')).toBe('file:/srv/c.db')
    expect(read('file:///srv/my%20shop/c.db')).toBe('file:/srv/my shop/c.db')
    expect(read('file://localhost/srv/c.db')).toBe('file:/srv/c.db')
    expect(read('file::memory:')).toBe('file::memory:')
  })

  it.each([
    'postgres://db.internal/pay?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres://pay:word@db.internal:5433/pay?options=-c%20search_path%3Dpay&application_name=pay',
    'postgresql:///pay?host=/run/postgresql',
  ])('DATABASE_URL accepts %s', (url) => {
    expect(problems({ ...complete, HASH_KEY: strong, DATABASE_URL: url })).toEqual([])
  })

  const names = ['DATABASE_URL', 'DATABASE_LISTEN_URL'] as const
  it.each(
    names.flatMap((name) =>
      [
        ...['mode=ro', 'sslMode=require', 'ssl_mode=require', 'schema=pay', 'statement_timeout=0'],
        ...['sslmode=require&sslmode=disable', 'sslmode=required', 'sslmode=', 'sslmode=Require'],
        ...['port=abc', 'port=5432,5433'],
      ].map((query) => [name, query] as const),
    ),
  )('%s refuses ?%s, which the driver would pass over', (name, query) => {
    const base = 'postgres://pay:word@db.internal/pay'
    const env = { ...complete, HASH_KEY: strong, DATABASE_URL: base, [name]: `${base}?${query}` }
    expect(problem(env)).toMatch(
      / (?:these parameters alone, each once: sslmode,|an sslmode other than disable,|a port that is no number)/,
    )
  })

  it.each([
    ['file:data/c.db?mode=ro', /without \? and #/],
    ['file::memory:?cache=shared', /without \? and #/],
    ['file:c.db#1', /without \? and #/],
    ['file:', /with the name of a file/],
    ['file:///', /with the name of a file/],
    ['file:./data/', /with the name of a file/],
    ['file:./data/..', /with the name of a file/],
    [`file:${tmpdir()}`, /names a folder/],
    ['file:/dev/null', /names a folder or a device/],
    ['file:~/c.db', /~ is not expanded/],
    ['file://data/c.db', /no file of another machine/],
    ['file:my%20shop.db', /without %/],
    ['file:./package.json/c.db', /below another file/],
    ['file:./package.json/data/c.db', /below another file/],
    ['data/c.db', /must be file:PATH/],
    ['FILE:c.db', /must be file:PATH/],
  ])('refuses the DATABASE_URL %s with the reason', (url, reason) => {
    mkdirSync(join(folder, 'data'), { recursive: true })
    expect(problem({ ...complete, DATABASE_URL: url })).toMatch(reason)
  })
})

describe('any value', () => {
  const free = [
    'MERCHANT_NAME',
    'NETGIRO_APP_ID',
    'NETGIRO_SECRET_KEY',
    'HOST',
    'AVARDA_SITE_PASSWORD',
  ]
  it.each(free)('refuses a value of %s that contains invisible characters', (name) => {
    const base = { ...complete, ...sites, HOST: 'localhost' }
    for (const hidden of [
      'a\u200bb',
      'a\u202eb',
      'a\u00adb',
      'a\tb',
      'a\u001bb',
      'a\nb',
      'a\u2028b',
      'a\ud800b',
      'a\ufffdb',
      '\u200d',
    ])
      expect(problems({ ...base, [name]: hidden }).length, JSON.stringify(hidden)).toBe(1)
  })

  it.each(free)('refuses a value of %s in quotation marks', (name) => {
    const base = { ...complete, ...sites }
    for (const quoted of ['"value"', "'value'", '`value`'])
      expect(problem({ ...base, [name]: quoted })).toBe(
        `${name} is in quotation marks: leave them out`,
      )
  })

  it('a blank value counts as not set', () => {
    const blank = Object.fromEntries(
      ['HOST', 'PORT', 'LOG_LEVEL', 'WEBHOOK_URL', 'ADMIN_TOKEN', 'HASH_KEY', 'AVARDA_API_URL'].map(
        (name) => [name, ' \r\n'],
      ),
    )
    expect(readConfig({ ...complete, ...blank })).toEqual(readConfig(complete))
  })
})

describe('MERCHANT_NAME', () => {
  it('MERCHANT_NAME is text that can be shown', () => {
    for (const name of ['Ullarbúðin', '66°Norður', 'Búð & Co.', 'می‌خواهم', '👩‍🌾 Farm'])
      expect(readConfig({ ...complete, MERCHANT_NAME: name }).merchantName).toBe(name)
    expect(readConfig({ ...complete, MERCHANT_NAME: 'Bu\u0301ð' }).merchantName).toBe('Búð')
    expect(problem({ ...complete, MERCHANT_NAME: 'x'.repeat(10_000) })).toMatch(/at most 100/)
    expect(problem({ ...complete, MERCHANT_NAME: '…' })).toMatch(/a letter or a digit/)
  })
})

describe.each([
  ['HOST', 'host'],
  ['METRICS_HOST', 'metricsHost'],
] as const)('%s', (name, key) => {
  const taken = ['127.0.0.1', '0.0.0.0', '::1', '[::]', 'localhost']
  it.each(taken)('takes %s, and can listen on it', async (host) => {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, readConfig({ ...complete, [name]: host })[key], resolve)
    })
    server.close()
  })

  it.each(['*', '0.0.0.0:8787', 'http://0.0.0.0', '256.1.1.1', '10.0.0', 'a b', '[::1]:80', '-x'])(
    'refuses %s',
    (host) => {
      expect(problem({ ...complete, [name]: host })).toMatch(
        new RegExp(`^${name} must be an address`),
      )
    },
  )
})

describe('METRICS_PORT', () => {
  it('refuses METRICS_PORT where it equals PORT, however it is written', () => {
    expect(problem({ ...complete, PORT: '08787', METRICS_PORT: '8787' })).toMatch(/another port/)
    expect(problem({ ...complete, METRICS_PORT: '08787' })).toMatch(/another port/)
  })
})

describe('Avarda', () => {
  it.each([
    ['AVARDA_SITE_CODE', 'a:b', /a colon/],
    ['AVARDA_SITE_PASSWORD', 'lykilorð', /plain ASCII/],
    ['AVARDA_SITE_CODE', 'síða', /plain ASCII/],
    ['AVARDA_CURRENCY', 'ISK', /one of SEK, NOK, DKK, EUR/],
    ['AVARDA_CURRENCY', 'sek', /one of SEK/],
    ['AVARDA_API_URL', undefined, /is missing though/],
  ])('Avarda does not start with %s=%s', (name, value, reason) => {
    expect(problem({ ...complete, ...sites, [name]: value })).toMatch(reason)
  })

  it('reports Avarda as incomplete when only an optional setting is given', () => {
    expect(problems({ ...complete, AVARDA_CURRENCY: 'SEK' })).toHaveLength(3)
  })
})

it('refuses AUTHORIZE_ON_TIMEOUT without AUTHORIZE_URL', () => {
  expect(problem({ ...hooked, AUTHORIZE_ON_TIMEOUT: 'approve' })).toMatch(/does nothing without/)
})

describe('while a change at Netgíró is in progress', () => {
  const previous = {
    NETGIRO_PREVIOUS_API: 'v2',
    NETGIRO_PREVIOUS_API_URL: 'https://api.test.netgiro.is/v2',
    NETGIRO_PREVIOUS_APP_ID: 'former',
    NETGIRO_PREVIOUS_SECRET_KEY: 'former-provider-secret',
  }
  it('keeps the former account beside the new one', () => {
    expect(readConfig({ ...complete, ...previous })).toMatchObject({
      netgiro: { api: 'v1', appId: 'app', previousSecretKey: null },
      previousNetgiro: {
        api: 'v2',
        appId: 'former',
        secretKey: 'former-provider-secret',
        apiUrl: 'https://api.test.netgiro.is/v2',
      },
    })
  })

  it('keeps the former secret of the same account', () => {
    const same = {
      NETGIRO_PREVIOUS_API: 'v1',
      NETGIRO_PREVIOUS_API_URL: 'https://API.test.netgiro.is/v1/',
      NETGIRO_PREVIOUS_APP_ID: 'APP',
    }
    const { NETGIRO_PREVIOUS_SECRET_KEY } = previous
    for (const more of [{}, same]) {
      expect(readConfig({ ...complete, NETGIRO_PREVIOUS_SECRET_KEY, ...more })).toMatchObject({
        netgiro: { previousSecretKey: 'former-provider-secret' },
        previousNetgiro: null,
      })
    }
    expect(readConfig(complete)).toMatchObject({
      netgiro: { previousSecretKey: null },
      previousNetgiro: null,
    })
  })

  it('refuses an incomplete account', () => {
    for (const name of Object.keys(previous))
      expect(problem({ ...complete, ...previous, [name]: undefined })).toBe(
        `${name} is missing though another NETGIRO_PREVIOUS_ variable is set`,
      )
  })
})

describe('RECEIPT_KEY', () => {
  const seed = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')
  const random = 'q83vEjRWeJCrze8SNFZ4kHZUMhD+3LqYdlQyEP7cupg='

  it('RECEIPT_KEY accepts up to five keys of 32 bytes, with either alphabet of base64', () => {
    const keysOf = (text: string) => readConfig({ ...complete, RECEIPT_KEY: text }).receiptKeys
    expect(keysOf(`${random}, ${random.replace('=', '').replace('+', '-')}`)).toEqual([
      random,
      random,
    ])
    expect(readConfig(complete).receiptKeys).toEqual([])
    const six = Array(6).fill(random).join(',')
    expect(problem({ ...complete, RECEIPT_KEY: six })).toBe(
      'RECEIPT_KEY may hold five keys at most',
    )
  })

  it.each(['short', random.slice(4), `${random}AAAA`, `${random.slice(0, -1)}!`])(
    'RECEIPT_KEY refuses %s, which is not 32 bytes in base64',
    (text) => {
      expect(problem({ ...complete, RECEIPT_KEY: text })).toMatch(/must be 32 random bytes/)
    },
  )

  it('RECEIPT_KEY refuses a key that can be guessed, unless insecure settings are allowed', () => {
    expect(problem({ ...complete, RECEIPT_KEY: seed })).toMatch(/openssl rand -base64 32/)
    expect(problems({ ...complete, RECEIPT_KEY: seed, ALLOW_INSECURE: 'true' })).toEqual([])
  })
})

describe('HASH_KEY', () => {
  it('HASH_KEY accepts two keys, in their order, unless one can be guessed or is another setting', () => {
    expect(readConfig({ ...complete, HASH_KEY: `${strong}, old${strong}` }).hashKeys).toEqual([
      strong,
      `old${strong}`,
    ])
    expect(readConfig(complete).hashKeys).toEqual([])
    expect(problem({ ...complete, HASH_KEY: 'short' })).toMatch(/at least 32/)
    expect(problem({ ...complete, HASH_KEY: 'a'.repeat(40) })).toMatch(/too few different/)
    const provider = `provider${strong}`
    expect(problem({ ...complete, NETGIRO_SECRET_KEY: provider, HASH_KEY: provider })).toMatch(
      /must not be NETGIRO_SECRET_KEY/,
    )
  })
})

it.each(['http://127.0.0.1:4318/v1/traces', 'https://otlp.example/otlp/v1/traces/'])(
  'refuses %s as the receiver of spans, to which the path would be appended again',
  (OTEL_EXPORTER_OTLP_ENDPOINT) => {
    expect(problem({ ...complete, OTEL_EXPORTER_OTLP_ENDPOINT })).toBe(
      'OTEL_EXPORTER_OTLP_ENDPOINT must be without /v1/traces at its end: it is appended',
    )
  },
)
