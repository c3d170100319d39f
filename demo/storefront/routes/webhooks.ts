import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Shop } from '../shop.ts'
import type { Delivery, ReceiveResult } from '../webhooks.ts'

/** The payment server retries after every status but 2xx. */
const statuses = {
  accepted: 204,
  duplicate: 204,
  ignored: 204,
  invalid_signature: 401,
  invalid_payload: 400,
  unknown_order: 404,
} as const satisfies Record<ReceiveResult, number>

export function webhookRoutes({ inbox, now, log }: Shop): Hono {
  const routes = new Hono()

  const limit = bodyLimit({ maxSize: 64 * 1024 })

  routes.post('/netgiro', limit, async (c) => {
    const delivery = await readDelivery(c)
    const result = inbox.receive(delivery, now())
    log(`webhook ${delivery.id} ${result}`)
    return c.body(null, statuses[result])
  })

  // Called between the shopper's approval and the capture, so that sold-out goods are not paid for.
  routes.post('/authorize', limit, async (c) => {
    const delivery = await readDelivery(c)
    const approve = inbox.authorize(delivery)
    log(`${delivery.id} authorize ${approve}`)
    return typeof approve === 'boolean' ? c.json({ approve }) : c.body(null, statuses[approve])
  })

  return routes
}

const readDelivery = async (c: Context): Promise<Delivery> => ({
  id: c.req.header('webhook-id') ?? '',
  timestamp: c.req.header('webhook-timestamp') ?? '',
  signature: c.req.header('webhook-signature') ?? '',
  body: await c.req.text(),
})
