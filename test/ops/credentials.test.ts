import { afterEach, describe, expect, it } from 'vitest'
import { CredentialsHealth } from '../../server/ops/credentials-health.ts'
import { onlyCart, secretKey, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

const account = { account: 'a', apiUrl: 'https://api.example' }
const provider = { name: 'netgiro', api: 'v2', ...account }
const refusal = { type: 'not_sent', evidence: { code: 'credentials_refused' } }
const answer = { type: 'pending', evidence: { code: 'Pending' } }
const silence = { type: 'unknown', evidence: { code: 'timeout' } }

describe('the health of credentials', () => {
  const watch = () => {
    const clock = new ManualClock()
    const told: string[] = []
    const health = new CredentialsHealth({
      clock,
      onRefused: ({ scope }) => told.push(`refused ${scope}`),
      onAccepted: ({ scope }) => told.push(`accepted ${scope}`),
    })
    return { clock, told, health }
  }

  it('reports a refusal at once, then a sample of the next ones, and the end of them', () => {
    const { clock, told, health } = watch()
    for (let times = 0; times < 100; times++) {
      expect(health.note(provider, 'payments', refusal)).toBe(true)
      clock.advance(6_000)
    }
    expect(told).toEqual(['refused payments', 'refused payments'])
    expect(health.note(provider, 'payments', answer)).toBe(false)
    expect(told.at(-1)).toBe('accepted payments')
    health.note(provider, 'payments', refusal)
    expect(told.at(-1)).toBe('refused payments')
  })

  it('records since when credentials are refused, and recovers by an answer, not by a missing one', () => {
    const { clock, health } = watch()
    expect(health.refused()).toEqual([])
    const since = clock.now()
    health.note(provider, 'payments', refusal)
    clock.advance(1_000)
    health.note(provider, 'payments', refusal)
    health.note(provider, 'payments', silence)
    const about = { provider: 'netgiro', api: 'v2', scope: 'payments' }
    expect(health.refused()).toEqual([{ ...about, since, lastAt: since + 1_000 }])
    health.note(provider, 'payments', answer)
    expect(health.refused()).toEqual([])
  })

  it('tracks payments and refunds, and every provider, separately', () => {
    const { health } = watch()
    health.note(provider, 'refunds', refusal)
    health.note({ name: 'avarda', api: 'checkout2', ...account }, 'payments', refusal)
    health.note(provider, 'payments', answer)
    expect(health.refused().map(({ provider: name, scope }) => `${name} ${scope}`)).toEqual([
      'netgiro refunds',
      'avarda payments',
    ])
  })
})

describe('a server whose credentials are refused', () => {
  const token = 'admin-token-of-the-tests-0123456789'
  let testServer: TestServer
  afterEach(() => testServer.close())
  const errors = () =>
    testServer
      .logged()
      .split('\n')
      .filter((line) => line.includes('the provider refuses our credentials'))
  const series = async () => {
    const headers = { authorization: `Bearer ${token}` }
    const text = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
    return /^netgiro_provider_credentials_refused_total\{provider="netgiro"\} (\d+)$/m.exec(
      text,
    )?.[1]
  }

  it.each([
    [
      'V2',
      'provider_unavailable',
      (v2Url: string) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
    ],
    ['V1', undefined, () => ({})],
  ])('logs one error and counts the refusals: %s', async (_, reason, envOf) => {
    testServer = await startTestServer({
      env: { NETGIRO_APP_ID: '00000000-1111-2222-3333-444444444444', ADMIN_TOKEN: token },
      envOf: ({ v2Url }) => envOf(v2Url),
    })
    expect(await series()).toBe('0')
    for (let times = 1; times <= 3; times++) {
      const { session } = await testServer.create()
      const snapshot = await start(testServer, session, `822328${times}`)
      expect(snapshot.lastAttempt?.reason).toBe(reason)
      expect(await series()).toBe(String(times))
    }
    expect(errors()).toHaveLength(1)
    expect(errors()[0]).toMatch(/"level":50/)
    expect(testServer.parts().refusedCredentials()).toMatchObject([{ provider: 'netgiro' }])
  })

  const readiness = async () => {
    const response = await fetch(`${testServer.url}/readyz`)
    return { status: response.status, body: await response.json() }
  }
  const firstPage = async () => {
    const form = { method: 'POST', body: new URLSearchParams({ token }) }
    const login = await fetch(`${testServer.url}/admin/login`, {
      ...{ ...form, headers: { origin: testServer.url }, redirect: 'manual' },
    })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    return (await fetch(`${testServer.url}/admin/checkouts`, { headers: { cookie } })).text()
  }

  it('a server with wrong credentials stays ready, and names the provider in /readyz and on the support page until they are right', async () => {
    const appId = '00000000-1111-2222-3333-444444444444'
    testServer = await startTestServer({
      env: { ADMIN_TOKEN: token },
      envOf: ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url }),
      simulator: { appId },
    })
    expect(await readiness()).toEqual({ status: 200, body: { status: 'ready' } })
    expect(await firstPage()).not.toContain('refuses our credentials')
    await start(testServer, (await testServer.create()).session)
    expect(await readiness()).toEqual({
      ...{ status: 200, body: { status: 'ready', credentialsRefused: ['netgiro'] } },
    })
    expect(await firstPage()).toMatch(
      /Netgíró \(v2\) has refused our credentials for payments since/,
    )
    await testServer.reconfigure({ NETGIRO_APP_ID: appId })
    await start(testServer, (await testServer.create()).session)
    expect(await readiness()).toEqual({ status: 200, body: { status: 'ready' } })
    expect(await firstPage()).not.toContain('refuses our credentials')
  })

  it('wrong credentials are not taken for right because the former account still answers', async () => {
    const clock = new ManualClock()
    testServer = await startTestServer({ clock })
    const former = await testServer.create()
    await start(testServer, former.session)
    const appId = '00000000-1111-2222-3333-444444444444'
    await testServer.reconfigure({
      NETGIRO_APP_ID: appId,
      NETGIRO_PREVIOUS_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
      NETGIRO_PREVIOUS_SECRET_KEY: secretKey,
      NETGIRO_PREVIOUS_API_URL: testServer.simulator.apiUrl,
      NETGIRO_PREVIOUS_API: 'v1',
    })
    const polls = () => onlyCart(testServer).calls.CheckCart
    for (const phone of ['8223282', '8223283']) {
      await start(testServer, (await testServer.create()).session, phone)
      const before = polls()
      await until(() => {
        clock.advance(1_000)
        return polls() > before + 1
      })
    }
    expect(await readiness()).toMatchObject({ body: { credentialsRefused: ['netgiro'] } })
    expect(errors()).toHaveLength(1)
  })
})

it.each(['bad_signature', 'missing_signature'] as const)(
  'an answer with a %s is a security event, counted each time and logged once a minute',
  async (kind) => {
    const clock = new ManualClock()
    const adminToken = 'admin-token-of-the-tests-0123456789'
    const testServer = await startTestServer({ clock, env: { ADMIN_TOKEN: adminToken } })
    const { session } = await testServer.create()
    testServer.simulator.fault({ call: 'CheckCart', kind, times: 3 })
    await start(testServer, session)
    await until(() => {
      clock.advance(1_000)
      return onlyCart(testServer).calls.CheckCart > 3
    })
    const headers = { authorization: `Bearer ${adminToken}` }
    const metrics = await (await fetch(`${testServer.url}/metrics`, { headers })).text()
    expect(metrics).toContain('netgiro_security_events_total{event="answer_refused"} 3')
    const lines = testServer.logged().split('\n')
    const told = lines.filter((line) => line.includes('answer_refused'))
    expect(told).toEqual([expect.stringContaining('"setting":"NETGIRO_SECRET_KEY"')])
    expect(testServer.logged()).not.toContain(secretKey)
    await testServer.close()
  },
)
