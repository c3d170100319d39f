import { describe, expect, it } from 'vitest'
import { callbackUrls } from '../../server/core/callback-urls.ts'
import type { CaptureMethod, Connection } from '../../server/core/checkout.ts'
import { captureMethodOf, handleOf, Providers } from '../../server/core/provider.ts'
import type { PaymentRequest, Provider } from '../../server/core/provider.ts'
import { checkoutIn, newAttempt } from '../support/checkouts.ts'

let closed: string[] = []
const apiUrl = 'https://api.example'
const provider = (name: string, api: string, account: string, url = apiUrl) => {
  const traits: Partial<Provider> = {
    ...{ name, api, account, apiUrl: url },
    captureMethodFor: (kind): CaptureMethod => (kind === 'phone' ? 'manual' : 'automatic'),
    close: () => Promise.resolve(void closed.push(`${name} ${api} ${account}`)),
  }
  return traits as Provider
}
const connectionTo = (api: string, account: string, url = apiUrl): Connection => ({
  ...{ api, account, apiUrl: url, captureMethod: 'callback', publicUrl: 'https://pay.example' },
})
const v2 = provider('netgiro', 'v2', 'a')
const former = provider('netgiro', 'v1', 'a')
const other = provider('avarda', 'v2', 'a')
const providers = new Providers([v2, former, other])
const order = { provider: 'netgiro' }

describe('the configured providers', () => {
  it('the configured providers serve new attempts with the first of each name', () => {
    expect(providers.find('netgiro')).toBe(v2)
    expect(providers.find('avarda')).toBe(other)
    expect(providers.find('klarna')).toBeNull()
    expect(providers.of(order)).toBe(v2)
  })

  it.each<[string, Connection | null, Provider]>([
    ['its own API', connectionTo('v1', 'a'), former],
    ['the present one', connectionTo('v2', 'a'), v2],
    ['none that was recorded', null, v2],
  ])(
    'the configured providers serve an attempt with what it was started with: %s',
    (_, connection, expected) => {
      expect(providers.for(order, { connection })).toBe(expected)
      expect(providers.isConfigured(order, { connection })).toBe(true)
    },
  )

  it.each<[string, string, Connection | null]>([
    ['its account', 'netgiro', connectionTo('v1', 'b')],
    ['its API', 'avarda', connectionTo('v1', 'a')],
    ['its provider', 'klarna', null],
  ])('the configured providers do not serve an attempt when %s is gone', (_, name, connection) => {
    const gone = providers.for({ provider: name }, { connection })
    expect(gone.name).toBe(name)
    expect(providers.isConfigured({ provider: name }, { connection })).toBe(false)
  })

  it('the configured providers serve an attempt at the URL it was started with, and at the new one when that is gone', () => {
    const moved = provider('netgiro', 'v1', 'a', 'https://new.example')
    const connection = connectionTo('v1', 'a')
    expect(new Providers([moved, former]).for(order, { connection })).toBe(former)
    expect(new Providers([moved]).for(order, { connection })).toBe(moved)
    const { api, account, captureMethod, publicUrl } = connection
    const unrecorded = { connection: { api, account, captureMethod, publicUrl } }
    expect(new Providers([moved, former]).for(order, unrecorded)).toBe(moved)
  })

  it('the configured providers are closed together', async () => {
    closed = []
    await providers.close()
    expect(closed).toEqual(['netgiro v2 a', 'netgiro v1 a', 'avarda v2 a'])
  })
})

describe('a provider that is not configured any more', () => {
  const gone = providers.of({ provider: 'klarna' })
  const evidence = { call: 'none', code: 'provider_not_configured', referenceId: null }
  const payment = { providerRef: 'cart', reference: 'WEB-1', captureMethod: 'manual' } as const

  it('a provider that is not configured any more sends nothing', async () => {
    expect(await gone.start({} as PaymentRequest)).toEqual({ type: 'not_sent', evidence })
    await expect(gone.close()).resolves.toBeUndefined()
  })

  it('a provider that is not configured any more says nothing of the payments that it was asked for before', async () => {
    const unknown = { type: 'unknown', effect: false, evidence }
    expect(await gone.check(payment)).toEqual(unknown)
    expect(await gone.capture(payment)).toEqual(unknown)
    expect(await gone.submitCode(payment, '1234')).toEqual(unknown)
    expect(await gone.cancel(payment)).toEqual(unknown)
    expect(
      gone.parseCallback({ url: '', headers: new Headers(), body: new Uint8Array() }),
    ).toBeNull()
  })

  it('a provider that is not configured any more may have taken money, and cannot be asked to cancel or refund', () => {
    expect(gone.captureMethodFor('phone')).toBe('automatic')
    expect(gone).toMatchObject({ startNotifiesPayer: true, canCancel: false, refund: null })
    expect(gone).toMatchObject({ account: '', approvalTimeoutMs: {}, payers: { web: [], pos: [] } })
    expect(gone.validateOrder(checkoutIn('open'), null)).toEqual([])
  })
})

describe('a call about a payment', () => {
  it('a call about a payment names the request as it was started', () => {
    const connection = connectionTo('v2', 'a')
    expect(handleOf(v2, newAttempt({ connection }))).toEqual({
      ...{ providerRef: 'cart', reference: 'WEB-1-abc', captureMethod: 'callback' },
    })
    expect(handleOf(v2, newAttempt({ providerRef: null }))).toBeNull()
  })

  it('a payment is completed as the provider does for such a payer where that was not recorded', () => {
    const payer = { kind: 'app_code', masked: '••••', hash: 'h' } as const
    expect(captureMethodOf(v2, newAttempt())).toBe('manual')
    expect(captureMethodOf(v2, newAttempt({ payer }))).toBe('automatic')
  })
})

describe('the callback URLs of an attempt', () => {
  it('the callback URLs of an attempt are below the public URL, and name the provider and the token', () => {
    expect(callbackUrls('https://pay.example/base', 'netgiro', 't0ken')).toEqual({
      success: 'https://pay.example/base/v1/callbacks/netgiro/t0ken',
      cancel: 'https://pay.example/base/v1/callbacks/netgiro/t0ken/cancel',
    })
  })
})
