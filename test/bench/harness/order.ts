import type { Environment } from '../../../server/config.ts'

export const origin = 'https://shop.example'
export const merchantKey = 'merchant-key-of-the-benchmark-0123456789'
export const credentials = {
  appId: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  secretKey: 'secret-key-of-the-benchmark-0123456789',
}
/** The callback address that the provider gets; the benchmark, like a proxy, forwards to the real one. */
export const publicUrl = 'https://pay.shop.example'

/** An ordinary order of an ordinary shop. */
export const order = (reference: string) => ({
  reference,
  amount: 12_990,
  currency: 'ISK' as const,
  description: 'Lopapeysa, grá, stærð M',
})

/** The server's configuration, all but where its provider and its database are. */
export const environment = (apiUrl: string, databaseUrl: string): Environment => ({
  NETGIRO_APP_ID: credentials.appId,
  NETGIRO_SECRET_KEY: credentials.secretKey,
  NETGIRO_API_URL: apiUrl,
  PUBLIC_URL: publicUrl,
  PORT: '0',
  ALLOWED_ORIGINS: origin,
  MERCHANT_API_KEY: merchantKey,
  MERCHANT_NAME: 'Ullarbúðin',
  // The benchmark acts as the proxy in front of all its shoppers.
  TRUSTED_PROXIES: '127.0.0.0/8',
  DATABASE_URL: databaseUrl,
})
