import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Shop } from '../shop.ts'
import type { Reception } from '../webhooks.ts'

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

  routes.post('/netgiro', bodyLimit({ maxSize: 64 * 1024 }), async (c) => {
    const id = c.req.header('webhook-id') ?? ''
    const reception = inbox.receive(
      {
        id,
        timestamp: c.req.header('webhook-timestamp') ?? '',
        signature: c.req.header('webhook-signature') ?? '',
        body: await c.req.text(),
      },
      now(),
    )
    log(`webhook ${id} ${reception}`)
    return c.body(null, answers[reception])
  })

  return routes
}
