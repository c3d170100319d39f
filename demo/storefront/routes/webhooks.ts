import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Shop } from '../shop.ts'
import type { Delivery, Reception } from '../webhooks.ts'

/** Anything but a 2xx makes the payment server send it again. */
const answers = {
  accepted: 204,
  known: 204,
  unsigned: 401,
  unreadable: 400,
  no_such_order: 404,
} as const satisfies Record<Reception, number>

export function webhookRoutes({ inbox, now, log }: Shop): Hono {
  const routes = new Hono()

  const limit = bodyLimit({ maxSize: 64 * 1024 })

  routes.post('/netgiro', limit, async (c) => {
    const delivery = await readDelivery(c)
    const reception = inbox.receive(delivery, now())
    log(`webhook ${delivery.id} ${reception}`)
    return c.body(null, answers[reception])
  })

  // Asked between the shopper's approval and the money: nobody pays for what has just been sold.
  routes.post('/authorize', limit, async (c) => {
    const delivery = await readDelivery(c)
    const approve = inbox.authorize(delivery)
    log(`${delivery.id} authorize ${approve}`)
    return typeof approve === 'boolean' ? c.json({ approve }) : c.body(null, answers[approve])
  })

  return routes
}

const readDelivery = async (c: Context): Promise<Delivery> => ({
  id: c.req.header('webhook-id') ?? '',
  timestamp: c.req.header('webhook-timestamp') ?? '',
  signature: c.req.header('webhook-signature') ?? '',
  body: await c.req.text(),
})
