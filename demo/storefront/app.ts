import { Hono } from 'hono'
import { csrf } from 'hono/csrf'
import { files } from './files.ts'
import { headers } from './headers.ts'
import { agentRoutes } from './routes/agent.ts'
import { cartRoutes } from './routes/cart.ts'
import { checkoutRoutes } from './routes/checkout.ts'
import { continueRoutes } from './routes/continue.ts'
import { galleryRoutes } from './routes/gallery.ts'
import { orderRoutes } from './routes/orders.ts'
import { shopkeeperRoutes } from './routes/shopkeeper.ts'
import { swedenRoutes } from './routes/sweden.ts'
import { posRoutes } from './routes/pos.ts'
import { shopRoutes } from './routes/shop.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import type { Shop } from './shop.ts'
import { notFoundPage } from './views/not-found.ts'
import { frameOf } from './routes/frame.ts'

export function createStorefront(shop: Shop): Hono {
  const app = new Hono()
  app.use(headers(shop))
  // Guards the forms. Webhooks are JSON from a server and are signed.
  app.use(csrf())

  app.route('/', shopRoutes(shop))
  app.route('/cart', cartRoutes(shop))
  app.route('/checkout', checkoutRoutes(shop))
  app.route('/continue', continueRoutes(shop))
  app.route('/orders', orderRoutes(shop))
  app.route('/pos', posRoutes(shop))
  app.route('/sweden', swedenRoutes(shop))
  app.route('/shopkeeper', shopkeeperRoutes(shop))
  app.route('/gallery', galleryRoutes(shop))
  app.route('/webhooks', webhookRoutes(shop))
  app.route('/', agentRoutes(shop))
  app.route('/static', files())

  app.notFound(async (c) => c.html(await notFoundPage(frameOf(c, shop)), 404))
  return app
}
