import { Hono } from 'hono'
import type { Shop } from '../shop.ts'
import { continuePage } from '../views/continue.ts'
import { rememberOrderKey } from '../visitor.ts'
import { frameOf } from './frame.ts'

/** Where the QR code of an order leads. The token stands behind the `#`, which no server and no log gets to see. */
export function continueRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/', async (c) => c.html(await continuePage(frameOf(c, shop))))

  routes.post('/', async (c) => {
    const accepted = shop.handOffs.accept(await c.req.text(), shop.now())
    if (!accepted) return c.json({ error: 'too old, or used before' }, 410)
    rememberOrderKey(c, accepted.key)
    return c.json({ page: `/checkout/${accepted.order}` })
  })

  return routes
}
