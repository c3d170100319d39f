import type { MedusaRequest, MedusaResponse } from '@medusajs/framework/http'
import { Modules } from '@medusajs/framework/utils'
import { processPaymentWorkflow } from '@medusajs/medusa/core-flows'

export interface WebhookRouteOptions {
  /** The provider's id in Medusa: `netgiro_` and the `id` in `medusa-config.ts`. Default: `netgiro_netgiro`. */
  readonly provider?: string
}

/**
 * The route for the payment server's webhooks. Medusa's own, `/hooks/payment/…`, answers before anything is on disk, so what was
 * underway when the process ended would be lost; this one answers after the write, and the payment server repeats the rest.
 *
 * @example
 * ```ts
 * // src/api/netgiro/webhook/route.ts
 * import { createWebhookRoute } from 'netgiro-checkout-medusa/webhook'
 * export const POST = createWebhookRoute()
 * ```
 */
export function createWebhookRoute({ provider = 'netgiro_netgiro' }: WebhookRouteOptions = {}) {
  return async (request: MedusaRequest, response: MedusaResponse): Promise<void> => {
    const payments = request.scope.resolve(Modules.PAYMENT)
    const { body, rawBody, headers } = request
    if (!Buffer.isBuffer(rawBody)) throw new Error('bodyParser.preserveRawBody is not set')
    const payload = { data: body as Record<string, unknown>, rawData: rawBody, headers }
    const event = await payments.getWebhookActionAndData({ provider, payload })
    if (event.action === 'captured' && event.data) {
      // 404 where there is no such session; a query without it would find any.
      await payments.retrievePaymentSession(event.data.session_id)
      await processPaymentWorkflow(request.scope).run({ input: event })
    }
    response.sendStatus(204)
  }
}
