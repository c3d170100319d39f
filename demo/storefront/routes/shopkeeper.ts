import { Hono } from 'hono'
import type { Shop } from '../shop.ts'
import { shopkeeperPage } from '../views/shopkeeper.ts'
import { frameOf } from './frame.ts'

/** Open to all because the demo listens on this machine alone; a real shop has a login here. */
export function shopkeeperRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/', async (c) => c.html(await shopkeeperPage(frameOf(c, shop), shop)))

  routes.get('/changes', (c) => c.json({ version: shop.orders.version }))

  return routes
}
