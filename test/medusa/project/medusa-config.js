import { defineConfig } from '@medusajs/framework/utils'

const { DATABASE_URL, BFF_URL, MERCHANT_API_KEY, WEBHOOK_SECRET } = process.env
const secret = 'secret-of-the-tests'
const cors = 'http://127.0.0.1'

export default defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: DATABASE_URL,
    // PostgreSQL is on the same machine.
    databaseDriverOptions: { connection: { ssl: false }, pool: { max: 20 } },
    http: {
      storeCors: cors,
      adminCors: cors,
      authCors: cors,
      jwtSecret: secret,
      cookieSecret: secret,
    },
  },
  modules: [
    {
      resolve: '@medusajs/medusa/payment',
      options: {
        providers: [
          {
            resolve: 'netgiro-checkout-medusa',
            id: 'netgiro',
            options: { url: BFF_URL, key: MERCHANT_API_KEY, webhookSecret: WEBHOOK_SECRET },
          },
        ],
      },
    },
  ],
})
