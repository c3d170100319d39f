import { Hono } from 'hono'
import type { Shop } from '../shop.ts'
import { orderPage } from '../views/order.ts'
import { frameOf } from './frame.ts'
import { orderOf } from './order-of.ts'

export function orderRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/:file{.+\\.json}', (c) => {
    const number = c.req.param('file').replace(/\.json$/, '')
    const order = orderOf(c, shop, number)
    if (!order) return c.json({ error: 'no such order' }, 404)
    const { status, amount, currency } = order
    return c.json({ number, status, amount, currency })
  })

  routes.get('/:number', async (c) => {
    const order = orderOf(c, shop, c.req.param('number'))
    if (!order) return c.notFound()
    return c.html(await orderPage(frameOf(c, shop), order))
  })

  return routes
}
