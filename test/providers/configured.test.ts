import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { listen } from '../../server/listening.ts'
import { configuredProviders } from '../../server/providers/configured.ts'

const account = {
  api: 'v1',
  appId: 'current',
  secretKey: 'secret',
  previousSecretKey: null,
  apiUrl: 'http://127.0.0.1:9/v1',
  partnerApiUrl: null,
} as const
const site = {
  ...{ apiUrl: 'http://127.0.0.1:9/CheckOut2', siteCode: 'Site', sitePassword: 'password' },
  ...{ currency: null, scriptUrl: 'http://127.0.0.1:9/CheckOutClient.js' },
}
const only = {
  ...{ netgiro: account, previousNetgiro: null, avarda: null },
  confirmation: 'callback',
} as const
const handle = { providerRef: 'p', reference: 'r', captureMethod: 'callback' } as const

const providersOf = (more: object) =>
  configuredProviders(
    { ...only, ...more },
    () => 1,
    () => () => true,
  )

async function configured(more: object) {
  const providers = providersOf(more)
  await Promise.all(providers.map((provider) => provider.close()))
  return providers.map(({ name, api, refund }) => `${name} ${api}${refund ? ' refunds' : ''}`)
}

it('Netgíró comes first, its previous account after the current one, and Avarda last', async () => {
  expect(await configured({})).toEqual(['netgiro v1'])
  const all = { previousNetgiro: { ...account, api: 'v2' }, avarda: site }
  expect(await configured(all)).toEqual(['netgiro v1', 'netgiro v2 refunds', 'avarda checkout2'])
})

it('V1 refunds only through the partner API, and closes it as well', async () => {
  let calls = 0
  const partner = await listen(createServer((_, response) => response.end(`${++calls}`)))
  const netgiro = { ...account, partnerApiUrl: partner.url }
  expect(await configured({ netgiro })).toEqual(['netgiro v1 refunds'])
  const [provider] = providersOf({ netgiro })
  const refund = { providerRef: 'p', amount: 1, key: 'k' }
  expect(await provider?.refund?.(refund)).toMatchObject({ type: 'unknown' })
  await provider?.close()
  expect(await provider?.refund?.(refund)).toMatchObject({ type: 'not_sent' })
  expect(await provider?.check(handle)).toMatchObject({ type: 'not_sent' })
  expect(calls).toBe(1)
  await partner.close()
})
