import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Permit } from '../../server/core/ownership.ts'
import type { PaymentHandle, PaymentRequest, Provider } from '../../server/core/provider.ts'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'
import { avarda } from '../../server/providers/avarda/adapter.ts'
import { netgiro } from '../../server/providers/netgiro/v1/adapter.ts'
import { netgiroV2 } from '../../server/providers/netgiro/v2/adapter.ts'
import { partnerRefund } from '../../server/providers/netgiro/partner.ts'

let listener: Listener
/** The paths of what arrived. */
let arrived: string[]
let onArrival = () => {}
beforeEach(async () => {
  arrived = []
  onArrival = () => {}
  const server = createServer((request, response) => {
    arrived.push(request.url ?? '')
    onArrival()
    request.resume().on('end', () => {
      const status = { Success: true, Status: 'Pending', TransactionId: handle.providerRef }
      response.end(JSON.stringify(status))
    })
  })
  listener = await listen(server)
})
const providers: Provider[] = []
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.close()
  await listener.close()
})

/** As of one server of several: a loss ends every permit that was taken before. */
class Lease {
  #losses = 0
  readonly permit = (): Permit => {
    const losses = this.#losses
    return () => this.#losses === losses
  }
  readonly lose = () => {
    this.#losses++
  }
}

const purchase = 'f'.repeat(32)
const handle: PaymentHandle = { providerRef: purchase, reference: 'A', captureMethod: 'manual' }
const request: PaymentRequest = {
  ...{ amount: 100, currency: 'ISK', reference: 'A', description: null, items: [] },
  ...{ locationId: null, registerId: null, options: null },
  ...{ callbackUrl: 'https://pay.example/c', cancelCallbackUrl: 'https://pay.example/x' },
  payer: { kind: 'phone', value: '8223281' },
}
const refund = { providerRef: purchase, amount: 100, key: 'key' }
const site = { siteCode: 'site', sitePassword: 'password', currency: 'ISK', scriptUrl: 'https://s' }
const credentials = { appId: 'app', secretKey: 'secret' }

type Act = (provider: Provider) => Promise<{ readonly type: string }> | undefined
const acts: Record<string, Act> = {
  start: (provider) => provider.start(request),
  capture: (provider) => provider.capture(handle),
  submitCode: (provider) => provider.submitCode(handle, '123456'),
  cancel: (provider) => provider.cancel(handle),
  refund: (provider) => provider.refund?.(refund),
}

const kinds: readonly (readonly [
  name: string,
  create: (url: string, permit: () => Permit) => Provider,
  acts: readonly (keyof typeof acts)[],
])[] = [
  [
    'Netgíró V1 with refunds by the partner API',
    (apiUrl, permit) => {
      const partner = partnerRefund({ ...credentials, partnerApiUrl: apiUrl }, permit)
      return netgiro({ ...credentials, apiUrl }, 'manual', () => 1, permit, partner.refund)
    },
    ['start', 'capture', 'submitCode', 'cancel', 'refund'],
  ],
  [
    'Netgíró V2',
    (apiUrl, permit) => netgiroV2({ ...credentials, apiUrl }, 'manual', permit),
    ['start', 'capture', 'refund'],
  ],
  ['Avarda', (apiUrl, permit) => avarda({ ...site, apiUrl }, permit), ['start']],
]

const cases = kinds.flatMap(([name, create, of]) => of.map((act) => [name, act, create] as const))

const open = (create: (url: string, permit: () => Permit) => Provider, permit: () => Permit) => {
  const provider = create(listener.url, permit)
  providers.push(provider)
  return provider
}

it.each(cases)(
  '%s: %s does not leave when the lease is lost while the connection is being made, and was not sent',
  async (_, act, create) => {
    const lease = new Lease()
    const result = acts[act]?.(open(create, lease.permit))
    lease.lose()
    expect(await result).toMatchObject({ type: 'not_sent', evidence: { code: 'lease_expired' } })
    expect(arrived).toEqual([])
  },
)

it.each(cases)('%s: %s leaves with a lease that lasts', async (_, act, create) => {
  const result = await acts[act]?.(open(create, new Lease().permit))
  expect(arrived.length).toBeGreaterThan(0)
  expect(result?.type).not.toBe('not_sent')
})

it.each(kinds)(
  '%s: asks for the state of a payment whatever became of the lease',
  async (...kind) => {
    const provider = open(kind[1], () => () => false)
    await provider.check(handle)
    expect(arrived.length).toBeGreaterThan(0)
  },
)

it('Netgíró V2: cancel does not leave when the lease is lost during the look that comes before it', async () => {
  const lease = new Lease()
  onArrival = lease.lose
  const provider = open(kinds[1]![1], lease.permit)
  expect(await provider.cancel(handle)).toMatchObject({ type: 'not_sent' })
  expect(arrived).toEqual([`/checkout/status/${purchase}`])
})
