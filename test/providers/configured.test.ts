import { expect, it } from 'vitest'
import { configuredProviders } from '../../server/providers/configured.ts'

const account = {
  ...{ api: 'v1', appId: 'current', secretKey: 'secret', previousSecretKey: null },
  ...{ apiUrl: 'http://127.0.0.1:9/v1', partnerApiUrl: null },
} as const
const site = {
  ...{ apiUrl: 'http://127.0.0.1:9/CheckOut2', siteCode: 'Site', sitePassword: 'password' },
  ...{ currency: null, scriptUrl: 'http://127.0.0.1:9/CheckOutClient.js' },
}
const only = { netgiro: account, previousNetgiro: null, avarda: null, confirmation: 'callback' }

async function configured(more: object) {
  const config = { ...only, ...more } as Parameters<typeof configuredProviders>[0]
  const providers = configuredProviders(
    config,
    () => 1,
    () => () => true,
  )
  await Promise.all(providers.map((provider) => provider.close()))
  return providers.map(({ name, api, refund }) => `${name} ${api}${refund ? ' refunds' : ''}`)
}

it('Netgíró comes first, its previous account after the current one, and Avarda last', async () => {
  expect(await configured({})).toEqual(['netgiro v1'])
  const all = { previousNetgiro: { ...account, api: 'v2' }, avarda: site }
  expect(await configured(all)).toEqual(['netgiro v1', 'netgiro v2 refunds', 'avarda checkout2'])
})

it('V1 refunds only through the partner API', async () => {
  const netgiro = { ...account, partnerApiUrl: 'http://127.0.0.1:9' }
  expect(await configured({ netgiro })).toEqual(['netgiro v1 refunds'])
})
