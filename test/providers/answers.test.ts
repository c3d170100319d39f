import { createServer } from 'node:http'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { soleOwner } from '../../server/core/ownership.ts'
import { listen } from '../../server/listening.ts'
import { netgiro } from '../../server/providers/netgiro/v1/adapter.ts'
import { sign } from '../../server/providers/netgiro/signature.ts'
import type { PaymentRequest, Provider } from '../../server/core/provider.ts'
import { answerIn, judgeV1, readDirectly, v1Case } from './fuzz/netgiro-v1.ts'
import type { V1Case } from './fuzz/netgiro-v1.ts'
import { properties } from './fuzz/properties.ts'

/** `npm run test:fuzz` goes on for longer. */
it.each(Object.entries(properties))(
  'reports no payment that was not made and loses no id when fields of what a provider says change: %s',
  async (name, property) => {
    // Most of all, what reports payments.
    const numRuns = ['Netgíró V1', 'Netgíró V2', 'Avarda'].includes(name) ? 2_000 : 1_000
    await fc.assert(property as fc.IRawProperty<unknown>, { numRuns })
  },
)

const asked = (provider: Provider, { question }: V1Case) => {
  const { reference } = request
  const handle = { providerRef: 'x', reference, captureMethod: 'manual' } as const
  switch (question) {
    case 'InsertCart':
      return provider.start(request)
    case 'CheckCart':
      return provider.check(handle)
    case 'ConfirmCart':
      return provider.capture(handle)
    case 'SubmitCode':
      return provider.submitCode(handle, '1234')
    case 'CancelCart':
      return provider.cancel(handle)
  }
}

const request: PaymentRequest = {
  ...{ amount: 12_990, currency: 'ISK', reference: 'WEB-1-k4m7r2xq', description: null, items: [] },
  ...{ locationId: null, registerId: null, payer: { kind: 'phone', value: '8223281' } },
  ...{ options: null, callbackUrl: 'https://x/cb', cancelCallbackUrl: 'https://x/cb/cancel' },
}

it('reads a response from the network the same way as its text', async () => {
  let answer = ''
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => {
      const url = `${apiUrl}${(incoming.url ?? '').replace('/v1', '')}`
      const headers = { netgiro_nonce: '1', netgiro_signature: sign('secret', '1', url, answer) }
      response.writeHead(200, headers).end(answer)
    })
  })
  const { url: origin, close } = await listen(server)
  const apiUrl = `${origin}/v1`
  const provider = netgiro(
    { appId: 'app', secretKey: 'secret', apiUrl },
    'manual',
    () => 1,
    () => soleOwner.permit(),
  )
  await fc.assert(
    fc.asyncProperty(v1Case, async (one) => {
      answer = answerIn(one).text
      const fact = await asked(provider, one)
      judgeV1(one, fact)
      expect(fact.type).toBe(readDirectly(one, answer).type)
    }),
    { numRuns: 300 },
  )
  await provider.close()
  await close()
})
