import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { startAvardaSimulator } from '../../demo/avarda-simulator/simulator.ts'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import { doctor } from '../../server/cli/doctor.ts'
import { systemClock } from '../../server/core/clock.ts'
import { probeHeader } from '../../server/ops/probe-tokens.ts'
import { merchantKey, onlyCart, secretKey, start, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { freePort } from '../support/free-port.ts'
import { startProxy } from './proxy.ts'
import { run } from './run-cli.ts'
import { openShop, webhookSecret } from './shop.ts'
import type { Shop } from './shop.ts'

const token = 'admin-token-of-the-tests-0123456789'

let testServer: TestServer
let shop: Shop
const opened: { close: () => unknown }[] = []
beforeEach(async () => {
  shop = await openShop()
  shop.verifies = true
  testServer = await startTestServer()
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  await testServer.close()
  shop.close()
})

/** The settings of the running test server. */
const settings = () => ({
  NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  NETGIRO_SECRET_KEY: secretKey,
  NETGIRO_API_URL: testServer.simulator.apiUrl,
  PUBLIC_URL: testServer.url,
  PORT: new URL(testServer.url).port,
  ALLOWED_ORIGINS: 'https://shop.example',
  MERCHANT_API_KEY: merchantKey,
  MERCHANT_NAME: 'Ullarbúðin',
  WEBHOOK_URL: shop.url,
  WEBHOOK_SECRET: webhookSecret,
  ADMIN_TOKEN: token,
})

const secrets = [secretKey, merchantKey, webhookSecret, token, 'canary-in-webhook-url']

const examine = async (env: Record<string, string> = {}, skewMs = 0) => {
  const clock = { ...systemClock, now: () => systemClock.now() + skewMs }
  const said = await run(doctor, { ...settings(), ...env }, [], clock)
  for (const secret of secrets) expect(said.text).not.toContain(secret)
  return said
}
const failures = (text: string) => text.split('\n').filter((line) => line.startsWith('✘'))

const proxied = async (habits: Omit<Parameters<typeof startProxy>[0], 'target'>) => {
  const proxy = await startProxy({ target: testServer, ...habits })
  opened.push(proxy)
  return proxy.url
}

/** What `doctor` says behind a trusted proxy that passes on this `X-Forwarded-For`. */
const through = async (forwarded: string, host?: string, proxies = '127.0.0.1') => {
  const port = await freePort()
  const proxy = await startProxy({
    target: { url: `http://127.0.0.1:${port}` },
    addsToRequests: { 'x-forwarded-for': forwarded },
  })
  opened.push(proxy)
  const trusted = { PORT: String(port), TRUSTED_PROXIES: proxies }
  const PUBLIC_URL = host === undefined ? proxy.url : `${host}:${new URL(proxy.url).port}`
  return (await examine({ ...trusted, PUBLIC_URL, ALLOW_INSECURE: String(host !== undefined) }))
    .text
}

describe('doctor', () => {
  it('passes every check when nothing is wrong', async () => {
    const { code, text } = await examine()
    expect(failures(text)).toEqual([])
    expect(code).toBe(0)
    for (const line of [
      '✔ The configuration is complete',
      '✔ Netgíró accepts our signature, and its answer (10201) is signed',
      "✔ This machine's clock is right",
      `✔ ${testServer.url} is reachable`,
      "✔ Callbacks arrive, with Netgíró's signature headers",
      "✔ Shoppers' addresses are seen",
      '✔ Events arrive through PUBLIC_URL without delay',
      '✔ Pages of https://shop.example are allowed, others are not',
      '✔ The shop accepts webhooks',
      'All checks passed.',
    ])
      expect(text).toContain(line)
    expect(text).not.toContain('temporary')
    expect(testServer.simulator.inspect().carts).toEqual([])
  })

  it('reports every invalid setting, and stops there', async () => {
    const { code, text } = await examine({
      PORT: 'eighty',
      MERCHANT_NAME: '',
      ADMIN_TOKEN: 'short',
    })
    expect(code).toBe(1)
    expect(failures(text)).toHaveLength(3)
    expect(text).toContain('3 problems found.')
    expect(text).toContain('    Fix: ')
    for (const name of ['PORT', 'MERCHANT_NAME', 'ADMIN_TOKEN']) expect(text).toContain(`✘ ${name}`)
    expect(shop.received).toEqual([])
  })

  it('reports a misspelled setting, which would otherwise be taken for one that is left out', async () => {
    const { code, text } = await examine({
      TRUSTED_PROXY: '10.0.0.1',
      RECEIPT_KEYS_FILE: '/none',
      HOSTNAME: 'pay',
      OTEL_TRACES_SAMPLER: 'always_on',
      SIMULATOR_PORT: '4010',
    })
    expect(failures(text)).toEqual([
      '✘ TRUSTED_PROXY is set, and is no setting',
      '✘ RECEIPT_KEYS_FILE is set, and is no setting',
    ])
    expect(text).toContain('    Fix: If you meant TRUSTED_PROXIES, rename it.')
    expect(code).toBe(1)
  })

  it('starts a temporary server when none runs, and stops it', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const { code, text } = await examine({ PUBLIC_URL: url, PORT: String(port) })
    expect(failures(text)).toEqual([])
    expect(code).toBe(0)
    expect(text).toContain(`– No server runs at 127.0.0.1:${port}: a temporary one responds`)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('reports refused credentials', async () => {
    const said = await examine({ NETGIRO_APP_ID: '00000000-0000-0000-0000-000000000000' })
    expect(failures(said.text)).toEqual(['✘ Netgíró refuses our credentials (status 401)'])
    expect(said.code).toBe(1)
  })

  it('checks the API key of V2, which signs nothing', async () => {
    const v2 = { NETGIRO_API: 'v2', NETGIRO_API_URL: testServer.simulator.v2Url }
    const good = await examine({ ...v2, PUBLIC_URL: await proxied({ dropsUnderscores: true }) })
    expect(failures(good.text)).toEqual([])
    expect(good.text).toContain('✔ Netgíró accepts our API key')
    expect(good.text).toContain("✔ This machine's clock is right")
    const appId = '00000000-0000-0000-0000-000000000000'
    const refused = await examine({ ...v2, NETGIRO_APP_ID: appId })
    expect(failures(refused.text)).toEqual(['✘ Netgíró refuses our API key (status 401)'])
    expect(refused.text).not.toContain(appId)
    const wrongApi = await examine({ ...v2, NETGIRO_API_URL: testServer.simulator.apiUrl })
    expect(failures(wrongApi.text)[0]).toMatch(/is not Netgíró's V2 \(status 404\)/)
    const nobody = { ...v2, NETGIRO_API_URL: `http://127.0.0.1:${await freePort()}/v2` }
    expect(failures((await examine(nobody)).text)).toEqual([
      expect.stringContaining('ECONNREFUSED'),
    ])
  })

  it('reports a secret that does not belong to the application', async () => {
    const { code, text } = await examine({
      NETGIRO_SECRET_KEY: 'another-secret-than-the-right-one',
    })
    expect(failures(text)[0]).toBe('✘ Netgíró refuses our credentials (status 401)')
    expect(code).toBe(1)
  })

  it("checks Avarda's credentials without changing anything", async () => {
    const avarda = await startAvardaSimulator()
    opened.push(avarda)
    const site = {
      AVARDA_API_URL: avarda.apiUrl,
      AVARDA_SITE_CODE: 'SimulatorSweden',
      AVARDA_SITE_PASSWORD: 'simulator',
    }
    const good = await examine(site)
    expect(failures(good.text)).toEqual([])
    expect(good.text).toContain('✔ Avarda accepts our credentials')
    for (const wrong of [{ AVARDA_SITE_PASSWORD: 'canary-word' }, { AVARDA_SITE_CODE: 'canary' }]) {
      const refused = await examine({ ...site, ...wrong })
      expect(failures(refused.text)).toEqual(['✘ Avarda refuses our credentials (status 401)'])
      expect(refused.text).not.toContain('canary-word')
      expect(refused.code).toBe(1)
    }
    const elsewhere = await examine({ ...site, AVARDA_API_URL: testServer.simulator.url })
    expect(failures(elsewhere.text)).toEqual([
      expect.stringContaining("is not Avarda's Checkout 2"),
    ])
    const nobody = { ...site, AVARDA_API_URL: `http://127.0.0.1:${await freePort()}` }
    expect(failures((await examine(nobody)).text)).toEqual([
      expect.stringContaining('(ECONNREFUSED)'),
    ])
    expect(avarda.inspect().purchases).toEqual([])
  })

  it('checks the partner API without changing anything, if V1 refunds through it', async () => {
    const partner = { NETGIRO_PARTNER_API_URL: testServer.simulator.partnerUrl }
    const good = await examine(partner)
    expect(failures(good.text)).toEqual([])
    expect(good.text).toContain("✔ Netgíró's partner API accepts our secret key")
    expect((await examine()).text).not.toContain('partner API')
    const refused = await examine({
      ...partner,
      NETGIRO_SECRET_KEY: 'another-secret-than-the-right-one',
    })
    expect(failures(refused.text)).toContain(
      "✘ Netgíró's partner API refuses our secret key (status 401)",
    )
    const elsewhere = await examine({ NETGIRO_PARTNER_API_URL: `${shop.url.split('?')[0]}` })
    expect(failures(elsewhere.text)).toEqual([
      expect.stringContaining("is not Netgíró's partner API"),
    ])
    const nobody = { NETGIRO_PARTNER_API_URL: `http://127.0.0.1:${await freePort()}` }
    expect(failures((await examine(nobody)).text)).toEqual([
      expect.stringContaining('(ECONNREFUSED)'),
    ])
  })

  it('checks the previous account as well while there are two', async () => {
    const former = {
      NETGIRO_PREVIOUS_API: 'v2',
      NETGIRO_PREVIOUS_API_URL: testServer.simulator.v2Url,
      NETGIRO_PREVIOUS_APP_ID: settings().NETGIRO_APP_ID,
      NETGIRO_PREVIOUS_SECRET_KEY: secretKey,
    }
    expect((await examine(former)).text).toContain(
      '✔ NETGIRO_PREVIOUS_*: Netgíró accepts our API key',
    )
    const refused = { ...former, NETGIRO_PREVIOUS_APP_ID: 'revoked' }
    expect(failures((await examine(refused)).text)).toEqual([
      '✘ NETGIRO_PREVIOUS_*: Netgíró refuses our API key (status 401)',
    ])
  })

  it('runs the other checks when a setting is only insecure', async () => {
    const { code, text } = await examine({ MERCHANT_API_KEY: 'changemechangeme' })
    expect(failures(text)).toEqual([expect.stringContaining('MERCHANT_API_KEY repeats itself')])
    expect(text).toContain('✔ The shop accepts webhooks')
    expect(code).toBe(1)
    const allowed = await examine({ MERCHANT_API_KEY: 'changemechangeme', ALLOW_INSECURE: 'true' })
    expect(failures(allowed.text)).toEqual([])
    expect(allowed.text).toContain('– ALLOW_INSECURE is set')
  })

  it('runs every check where ALLOW_INSECURE is in a file, as any setting may be', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'doctor-')), 'allow-insecure')
    writeFileSync(file, 'true')
    const env = { MERCHANT_API_KEY: 'changemechangeme', ALLOW_INSECURE_FILE: file }
    const { code, text } = await examine(env)
    expect(failures(text)).toEqual([])
    expect(text).toContain('– ALLOW_INSECURE is set')
    expect(text).toContain('✔ The shop accepts webhooks')
    expect(code).toBe(0)
    const both = await examine({ ...env, ALLOW_INSECURE: 'true' })
    expect(failures(both.text)).toEqual([expect.stringContaining('are both set: use one')])
    expect(both.code).toBe(1)
  })

  it('reports an answer that is not signed, or signed with another key', async () => {
    testServer.simulator.fault({ call: 'CheckCart', kind: 'missing_signature' })
    expect(failures((await examine()).text)).toEqual([expect.stringContaining('is not signed')])
    testServer.simulator.fault({ call: 'CheckCart', kind: 'bad_signature' })
    expect(failures((await examine()).text)).toEqual([
      '✘ Netgíró responds, but its signature does not match NETGIRO_SECRET_KEY',
    ])
  })

  it('reports that no server, or another one, responds as Netgíró', async () => {
    const port = await freePort()
    const nobody = await examine({ NETGIRO_API_URL: `http://127.0.0.1:${port}/v1` })
    expect(failures(nobody.text)).toEqual([expect.stringContaining('(ECONNREFUSED)')])
    testServer.simulator.fault({ call: 'CheckCart', kind: 'html' })
    expect(failures((await examine()).text)[0]).toMatch(/is not Netgíró's API/)
  })

  it.each([
    [125_000, /clock is 12[456] s ahead of/],
    [-125_000, /clock is 12[456] s behind/],
  ])('reports a clock that is %i ms off', async (skew, words) => {
    expect(failures((await examine({}, skew)).text)).toEqual([expect.stringMatching(words)])
    expect(failures((await examine({}, skew / 5)).text)).toEqual([])
  })

  it('reports a PUBLIC_URL that is unreachable, leads elsewhere or redirects', async () => {
    const port = await freePort()
    const nowhere = await examine({ PUBLIC_URL: `http://127.0.0.1:${port}` })
    expect(failures(nowhere.text)).toEqual([expect.stringContaining('cannot be reached')])
    const elsewhere = await examine({ PUBLIC_URL: testServer.simulator.url })
    expect(failures(elsewhere.text)).toEqual([expect.stringContaining('status 404')])
    const server = createServer((_, response) => {
      response.writeHead(308, { location: testServer.url }).end()
    }).listen(await freePort())
    opened.push(server)
    const { port: redirecting } = server.address() as { port: number }
    const redirected = await examine({ PUBLIC_URL: `http://localhost:${redirecting}` })
    expect(failures(redirected.text)).toEqual([expect.stringContaining('redirects (status 308)')])
  })

  it('reports that another server responds at PUBLIC_URL', async () => {
    const other = await startSimulator({ secretKey: 'another' })
    opened.push(other)
    const said = await examine({ NETGIRO_SECRET_KEY: 'another', NETGIRO_API_URL: other.apiUrl })
    expect(said.text).toMatch(/✘ The server that gets callbacks at PUBLIC_URL is not this one/)
  })

  it('reports callbacks whose signature does not match the secret', async () => {
    const { session } = await testServer.create()
    await start(testServer, session)
    const forged = await fetch(onlyCart(testServer).CallbackUrl ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-netgiro-signature': '0'.repeat(64) },
      body: '{}',
    })
    expect(forged.status).toBeLessThan(500)
    const { code, text } = await examine()
    expect(failures(text)).toEqual([
      '✘ 1 callbacks since that server started have a signature that does not match NETGIRO_SECRET_KEY',
    ])
    expect(code).toBe(1)
  })

  it('reports a proxy that drops headers with underscores', async () => {
    const { code, text } = await examine({ PUBLIC_URL: await proxied({ dropsUnderscores: true }) })
    expect(failures(text)).toEqual([
      '✘ Callbacks arrive without netgiro_appkey, netgiro_nonce, netgiro_signature: a proxy drops headers with underscores',
    ])
    expect(text).toContain('underscores_in_headers on;')
    expect(code).toBe(1)
  })

  it('reports a proxy that buffers events', async () => {
    const { code, text } = await examine({ PUBLIC_URL: await proxied({ buffers: true }) })
    expect(failures(text)).toEqual([expect.stringContaining('✘ Events are delayed')])
    expect(text).toContain('proxy_buffering off;')
    expect(code).toBe(1)
  })

  it('passes with a correct proxy', async () => {
    expect((await examine({ PUBLIC_URL: await proxied({}) })).code).toBe(0)
  })

  it('reports a proxy that hides the shoppers because it is not trusted', async () => {
    const url = await proxied({ addsToRequests: { 'x-forwarded-for': '198.51.100.7' } })
    const { code, text } = await examine({ PUBLIC_URL: url })
    expect(failures(text)).toEqual([
      '✘ A proxy in front of the server is not trusted: all shoppers behind it count as one',
    ])
    expect(text).toContain('Set TRUSTED_PROXIES')
    expect(text).not.toContain('198.51.100')
    expect(code).toBe(1)
  })

  it("reads the shoppers' addresses from a trusted proxy, and reports a header that cannot be read", async () => {
    const good = await through('198.51.100.7:51234')
    expect(failures(good)).toEqual([])
    expect(good).toContain("✔ Shoppers' addresses come through the proxy")
    expect(failures(await through('unknown'))).toEqual([expect.stringContaining('cannot be read')])
  })

  it('reports a CDN in front of the trusted proxy, which hides the shoppers as well', async () => {
    const text = await through('198.51.100.7, 203.0.113.9')
    expect(failures(text)).toEqual([
      '✘ A proxy further out is not trusted: all shoppers behind it count as one',
    ])
    expect(text).toContain('those of a CDN too')
    expect(text).not.toMatch(/198\.51\.100|203\.0\.113/)
  })

  it('reports a trusted proxy that names only the CDN before it, and not whom that serves', async () => {
    const text = await through('203.0.113.9', undefined, '127.0.0.1,203.0.113.0/24')
    expect(failures(text)).toEqual([
      '✘ The address of a proxy in TRUSTED_PROXIES counts as the shopper’s: all shoppers behind it count as one',
    ])
    expect(text).toContain('trusted_proxies')
    expect(text).not.toContain('203.0.113')
  })

  it('reports nothing good of a trusted proxy that passes on a private address', async () => {
    const text = await through('10.0.0.5', 'http://0.0.0.0')
    expect(failures(text)).toEqual(['✘ PUBLIC_URL is not https'])
    expect(text).not.toContain('come through the proxy')
    expect(text).toContain('This request reached the proxy from a private address')
  })

  it('reports origins that are not https, not allowed, or allowed by a proxy', async () => {
    const origins = 'https://shop.example,http://shop.example'
    expect(failures((await examine({ ALLOWED_ORIGINS: origins })).text)).toEqual([
      '✘ http://shop.example in ALLOWED_ORIGINS is not https',
      '✘ A page of http://shop.example gets nothing as its allowed origin',
    ])
    const url = await proxied({ addsToAnswers: { 'access-control-allow-origin': '*' } })
    expect(failures((await examine({ PUBLIC_URL: url })).text)).toEqual([
      '✘ A page of https://shop.example gets * as its allowed origin',
      '✘ Pages of any origin are allowed',
    ])
  })

  it('passes once the clock is right again that was a day ahead when the server started', async () => {
    await testServer.close()
    let aheadMs = 24 * 60 * 60_000
    const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
    testServer = await startTestServer({ clock })
    aheadMs = 0
    const { code, text } = await examine()
    expect(failures(text)).toEqual([])
    expect(code).toBe(0)
  })

  it('reports a shop that accepts a webhook with a wrong signature', async () => {
    shop.verifies = false
    const { code, text } = await examine()
    const { origin } = new URL(shop.url)
    expect(failures(text)).toEqual([
      `✘ The shop at ${origin} accepts a webhook with a wrong signature (status 2xx)`,
    ])
    expect(code).toBe(1)
    const ids = shop.ids()
    expect(new Set(ids).size).toBe(2)
  })

  it('sends the shop a signed event that it ignores, and reports the response', async () => {
    await examine()
    const [{ body, headers }] = shop.received as [(typeof shop.received)[0]]
    expect(new Webhook(webhookSecret).verify(body, headers)).toMatchObject({ type: 'doctor.ping' })
    shop.statuses.push(401)
    const { text } = await examine()
    expect(failures(text)).toEqual(['✘ The shop responds to a signed doctor.ping with status 401'])
    expect(text).toContain('WEBHOOK_SECRET must be the one')
    const port = await freePort()
    const silent = await examine({ WEBHOOK_URL: `http://127.0.0.1:${port}/x` })
    expect(failures(silent.text)).toEqual([expect.stringContaining('does not respond')])
    const none = await examine({ WEBHOOK_URL: '', WEBHOOK_SECRET: '' })
    expect(none.code).toBe(0)
    expect(none.text).toContain('– WEBHOOK_URL is not set')
  })
})

describe('the probes', () => {
  const probe = (mark: string) => [
    fetch(`${testServer.url}/v1/callbacks/netgiro/probe`, {
      method: 'POST',
      headers: { [probeHeader]: mark },
    }),
    fetch(`${testServer.url}/v1/session/events`, { headers: { [probeHeader]: mark } }),
    fetch(`${testServer.url}/v1/session/probe`, { headers: { [probeHeader]: mark } }),
  ]

  it('the probes return 404 for a wrong or an old token', async () => {
    const { ProbeTokens } = await import('../../server/ops/probe-tokens.ts')
    const early = new ProbeTokens(secretKey, () => systemClock.now() - 6 * 60_000)
    const foreign = new ProbeTokens('another', () => systemClock.now())
    const marks = new ProbeTokens(secretKey, () => systemClock.now())
    const bad = [early.make('callback'), foreign.make('callback'), `${systemClock.now()}.`, 'x', '']
    for (const mark of [...bad, marks.make('answer')])
      for (const answer of probe(mark)) expect((await answer).status, mark).toBe(404)
    const answers = await Promise.all(probe(marks.make('callback')))
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404])
    const [, , address] = await Promise.all(probe(marks.make('address')))
    expect(await address?.json()).toEqual({
      ...{ forwarding: 'none', isPublic: false, isFirst: true, isProxy: false },
    })
  })
})
