import { expect, it } from 'vitest'
import { ownedProvider } from '../../server/core/owned-provider.ts'
import { soleOwner } from '../../server/core/ownership.ts'
import type { Ownership } from '../../server/core/ownership.ts'
import type { PaymentRequest, Provider } from '../../server/core/provider.ts'

const evidence = { call: 'any', code: 'any', referenceId: null }
const handle = { providerRef: 'ref', reference: 'order-1', captureMethod: 'manual' } as const
const request = {} as PaymentRequest

function recording(calls: string[]): Provider {
  const say = (call: string) => () => {
    calls.push(call)
    return Promise.resolve({ type: 'unknown', effect: false, evidence } as const)
  }
  return {
    ...{ name: 'one', api: 'v1', account: 'a', apiUrl: 'https://api.example' },
    ...{ startNotifiesPayer: true, canCancel: true, cancelUndoesPayments: false },
    ...{ payers: { web: ['phone'], pos: [] }, approvalTimeoutMs: {} },
    captureMethodFor: () => 'manual',
    validateOrder: () => [],
    start: say('start'),
    check: say('check'),
    capture: say('capture'),
    submitCode: say('submitCode'),
    cancel: say('cancel'),
    refund: say('refund'),
    parseCallback: () => null,
    close: () => Promise.resolve(),
  }
}

const callAll = (provider: Provider) =>
  Promise.all([
    provider.start(request),
    provider.capture(handle),
    provider.submitCode(handle, '123456'),
    provider.cancel(handle),
    provider.refund?.({ providerRef: 'ref', amount: 1, key: 'key' }),
  ])

it('a server that may have a successor makes no call with an effect, and says that it sent nothing', async () => {
  const calls: string[] = []
  const stale: Ownership = { ...soleOwner, mayCall: () => false }
  const provider = ownedProvider(recording(calls), stale)
  const results = await callAll(provider)
  expect(results.map((result) => result?.type)).toEqual(Array(5).fill('not_sent'))
  expect(calls).toEqual([])
  await provider.check(handle)
  expect(calls).toEqual(['check'])
})

it('a server whose lease is fresh makes every call', async () => {
  const calls: string[] = []
  await callAll(ownedProvider(recording(calls), soleOwner))
  expect(calls.sort()).toEqual(['cancel', 'capture', 'refund', 'start', 'submitCode'])
})
