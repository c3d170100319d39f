import { defineMiddlewares } from '@medusajs/framework/http'

export default defineMiddlewares({
  routes: [
    {
      matcher: '/netgiro/webhook',
      methods: ['POST'],
      bodyParser: { preserveRawBody: true },
    },
  ],
})
