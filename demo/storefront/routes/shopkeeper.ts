import { Hono } from 'hono'
import { fields } from './form.ts'
import type { Shop } from '../shop.ts'
import { shopkeeperPage } from '../views/shopkeeper.ts'
import { frameOf } from './frame.ts'

/** Without a login, because the demo listens on 127.0.0.1 only; a real shop has one. */
export function shopkeeperRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/', async (c) => c.html(await shopkeeperPage(frameOf(c, shop), shop)))

  routes.post('/:number/refund', async (c) => {
    const field = await fields(c)
    const order = shop.orders.get(c.req.param('number'))
    const amount = Number(field('amount')) * (order?.currency === 'SEK' ? 100 : 1)
    if (!order?.checkoutId || !(amount > 0)) return c.redirect('/shopkeeper', 303)
    const status = await shop.payments
      .refund(order.checkoutId, amount, field('key'))
      .catch((error: unknown) => String(error))
    shop.log(`refund of ${order.number}: ${status}`)
    return c.redirect('/shopkeeper', 303)
  })

  routes.get('/changes', (c) => c.json({ version: shop.orders.version }))

  return routes
}
