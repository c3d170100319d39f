import { secretKey } from './test-server.ts'

/** What one of several merchants of a test server is configured with. */
export const merchantEntry = (id: string, apiUrl: string) => ({
  MERCHANT_NAME: `Shop ${id}`,
  NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  NETGIRO_SECRET_KEY: secretKey,
  NETGIRO_API_URL: apiUrl,
  ALLOWED_ORIGINS: [originOf(id)],
  MERCHANT_API_KEY: apiKeyOf(id),
  ADMIN_TOKEN: adminTokenOf(id),
})

/** The webhook of a merchant; two merchants share no secret. */
export const webhookOf = (id: string, url: string) => ({
  WEBHOOK_URL: url,
  WEBHOOK_SECRET: `whsec_${Buffer.from(`a secret of ${id.padEnd(8, '.')} with 7q2m9w4k1`).toString('base64')}`,
})

export const originOf = (id: string): string => `https://${id}.example`
export const apiKeyOf = (id: string): string => `api-key-of-${id}-0x7q2m9w4k1`
export const adminTokenOf = (id: string): string => `admin-token-of-${id}-0x7q2m9w4k1`

/** Unsets what describes the one merchant of a test server. */
export const withoutVariables: Readonly<Record<string, undefined>> = Object.fromEntries(
  [
    ...['NETGIRO_APP_ID', 'NETGIRO_SECRET_KEY', 'NETGIRO_API_URL', 'ALLOWED_ORIGINS'],
    ...['MERCHANT_API_KEY', 'MERCHANT_NAME'],
  ].map((name) => [name, undefined]),
)
