import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.ts'
import { startServer } from '../../server/serve.ts'
import { merchant, origin, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { runServer } from '../support/process.ts'

let testServer: TestServer | null = null
afterEach(async () => {
  await testServer?.close()
  testServer = null
})

const whsec = (text: string) => `whsec_${Buffer.from(text).toString('base64')}`
const complete = {
  NETGIRO_APP_ID: 'app',
  NETGIRO_SECRET_KEY: 'provider-secret-of-the-tests',
  NETGIRO_API_URL: 'https://api.test.netgiro.is/v1',
  PUBLIC_URL: 'https://pay.shop.is',
  ALLOWED_ORIGINS: 'https://shop.is',
  MERCHANT_API_KEY: 'merchant-key-of-the-tests-0123456789',
  MERCHANT_NAME: 'Ullarbúðin',
  WEBHOOK_URL: 'https://shop.is/hook',
  WEBHOOK_SECRET: whsec('a secret of thirty-two bytes, ok'),
  DATABASE_URL: 'file::memory:',
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'silent',
}

/** Every variable that is looked at. */
function variables(): readonly string[] {
  const names = new Set<string>()
  for (const value of [undefined, 'x']) {
    const get = (_: object, name: string | symbol) => {
      if (typeof name !== 'string') return undefined
      names.add(name.replace(/_FILE$/, ''))
      return name.endsWith('_FILE') ? undefined : value
    }
    expect(() => readConfig(new Proxy({}, { get }))).toThrow(ConfigError)
  }
  return [...names]
}

const odd = [
  ...[
    '-1',
    '0',
    '1.5',
    '1e3',
    '١٢٣',
    '0x10',
    '99999999999999999999',
    'NaN',
    'true',
    'TRUE',
    'null',
  ],
  ...[
    ',',
    ', ,',
    '/',
    '//',
    '..',
    '?',
    '#',
    '%',
    '%zz',
    '%00',
    '*',
    '~',
    '$HOME',
    '${SECRET_VALUE}',
  ],
  ...[
    'localhost',
    'localhost:8080',
    'shop.is',
    'https://',
    'https://shop.is',
    'http://shop.is/a?b#c',
  ],
  ...[
    'https://user:word@shop.is',
    'file:',
    'file://',
    'file::memory:',
    'file:/',
    'javascript:alert(1)',
  ],
  ...[
    '"quoted"',
    "'quoted'",
    'two words',
    'línan',
    '🧦'.repeat(20),
    'a\u200bb',
    'a\u202eb',
    'a\nb',
  ],
  ...[
    'a\0b',
    '\ud800',
    '\ufffd',
    'x'.repeat(10_000),
    'changemechangeme',
    'a'.repeat(16),
    '0'.repeat(64),
  ],
  ...[whsec('\0'.repeat(32)), `${whsec('abc')},`, 'Bearer merchant-key-of-the-tests'],
]

describe.each(variables())('%s', (name) => {
  it('starts the server with every value that it does not refuse, and refuses others without quoting them', async () => {
    for (const value of odd) {
      const env = { ...complete, [name]: value }
      try {
        readConfig(env)
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        if (!(error instanceof ConfigError)) throw error
        const said = error.problems.join('\n')
        expect(said, JSON.stringify(value)).toContain(name.split('_')[0])
        if (value.length > 12) expect(said).not.toContain(value)
        continue
      }
      // A name may mean no address of this machine, and a file may be made wherever the path leads.
      if (['HOST', 'PORT', 'METRICS_PORT', 'DATABASE_URL'].includes(name)) continue
      const server = await startServer(env)
      const health = await fetch(`${server.url}/healthz`)
      expect([await health.text(), health.status]).toEqual([expect.stringContaining('ok'), 200])
      await server.close()
    }
  })
})

it('accepts an API key with every character that a Bearer token may contain', async () => {
  const keys = [
    'Aa0-._~+/Bb1-._~+/==',
    'k3y_'.padEnd(499, 'Zk3v9QpX7wLr2TnB8yHc5MdF1sGj6KaE') + '=',
  ]
  testServer = await startTestServer({ env: { MERCHANT_API_KEY: keys.join(' , ') } })
  for (const key of keys) {
    const answer = await merchant(testServer, 'POST', '/v1/checkouts', {
      body: { reference: 'WEB-key', amount: 1, currency: 'ISK' },
      headers: { authorization: `Bearer ${key}` },
    })
    expect([200, 201]).toContain(answer.status)
  }
})

it('allows the pages of an origin however the setting spells it', async () => {
  testServer = await startTestServer({
    env: { ALLOWED_ORIGINS: `HTTPS://Búð.is:443/, ${origin.toUpperCase()}` },
  })
  for (const sent of ['https://xn--b-pga3a.is', origin]) {
    const answer = await fetch(`${testServer.url}/v1/session`, { headers: { origin: sent } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(sent)
  }
})

it.each([
  ['a pipe', (path: string) => void execFileSync('mkfifo', [path]), 'names a pipe or a device'],
  ['no file', () => {}, 'names a file that cannot be read'],
])('exits with code 1 and a message where a secret is in %s', async (_, make, reason) => {
  const path = join(mkdtempSync(join(tmpdir(), 'start-')), 'secret')
  make(path)
  const server = await runServer({
    ...complete,
    NETGIRO_SECRET_KEY: '',
    NETGIRO_SECRET_KEY_FILE: path,
  })
  expect(await server.ended).toBe(1)
  expect(server.said()).toContain(`NETGIRO_SECRET_KEY_FILE ${reason}`)
  expect(server.said().trim().split('\n')).toHaveLength(2)
})

it('logs a warning where ALLOW_INSECURE is set', async () => {
  testServer = await startTestServer({ env: { ALLOW_INSECURE: 'true' } })
  expect(testServer.logged()).toContain('ALLOW_INSECURE is set')
})
