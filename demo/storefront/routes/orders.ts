import { Hono } from 'hono'
import type { Shop } from '../shop.ts'
import { orderPage } from '../views/order.ts'
import { visitorOf } from '../visitor.ts'
import { frameOf } from './frame.ts'

export function orderRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/:file{.+\\.json}', (c) => {
    const number = c.req.param('file').replace(/\.json$/, '')
    const order = shop.orders.ofVisitor(number, visitorOf(c))
    if (!order) return c.json({ error: 'no such order' }, 404)
    const { status, amount, currency } = order
    return c.json({ number, status, amount, currency })
  })

  routes.get('/:number', async (c) => {
    const order = shop.orders.ofVisitor(c.req.param('number'), visitorOf(c))
    if (!order) return c.notFound()
    return c.html(await orderPage(frameOf(c, shop), order))
  })

  return routes
}
