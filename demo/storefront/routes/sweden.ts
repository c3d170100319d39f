import { Hono } from 'hono'
import { catalogue, productById } from '../catalogue.ts'
import type { Shop } from '../shop.ts'
import { avardaPage, paymentsDownPage } from '../views/checkout.ts'
import { swedenPage } from '../views/products.ts'
import { languageOf, visitorOf, identifyVisitor } from '../visitor.ts'
import { fields } from './form.ts'
import { frameOf } from './frame.ts'
import { openCheckout } from './open-checkout.ts'

const exportable = catalogue.filter(({ pieces }) => pieces === undefined)

/** The shop's page for Sweden: one click creates an order of one piece, which is paid in Avarda's form. */
export function swedenRoutes(shop: Shop): Hono {
  const routes = new Hono()
  const { orders } = shop

  routes.get('/', async (c) => c.html(await swedenPage(frameOf(c, shop), exportable)))

  routes.post('/', async (c) => {
    const product = productById((await fields(c))('product'))
    if (!product || !exportable.includes(product)) return c.notFound()
    const { number } = orders.create({
      ...{ channel: 'sweden', visitor: identifyVisitor(c), lines: [{ product, quantity: 1 }] },
      ...{ language: languageOf(c), createdAt: shop.now() },
    })
    return c.redirect(`/sweden/${number}`, 303)
  })

  routes.get('/:number', async (c) => {
    const order = orders.ofVisitor(c.req.param('number'), visitorOf(c))
    if (order?.channel !== 'sweden') return c.notFound()
    if (order.status !== 'unpaid') return c.redirect(`/orders/${order.number}`, 303)
    const checkout = await openCheckout(shop, order)
    if (!checkout) return c.html(await paymentsDownPage(frameOf(c, shop), order), 503)
    return c.html(await avardaPage(frameOf(c, shop), { order, ...checkout }, shop))
  })

  return routes
}
