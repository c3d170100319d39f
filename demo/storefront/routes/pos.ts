import { Hono } from 'hono'
import {
  number,
  object,
  array,
  pipe,
  integer,
  minValue,
  maxValue,
  safeParse,
  string,
} from 'valibot'
import { maxQuantity, type Line } from '../carts.ts'
import { catalogue, productById } from '../catalogue.ts'
import type { Shop } from '../shop.ts'
import { posPage } from '../views/pos.ts'
import { languageOf } from '../visitor.ts'
import { frameOf } from './frame.ts'
import { openCheckout } from './open-checkout.ts'

const saleSchema = object({
  lines: array(
    object({
      product: string(),
      quantity: pipe(number(), integer(), minValue(1), maxValue(maxQuantity)),
    }),
  ),
})

/** The point of sale: sums are computed here, never by the page. In a real shop a cashier would log in. */
export function posRoutes(shop: Shop): Hono {
  const routes = new Hono()
  const { orders, payments } = shop

  routes.get('/', async (c) => c.html(await posPage(frameOf(c, shop), catalogue, shop)))

  routes.post('/sales', async (c) => {
    const request = safeParse(saleSchema, await c.req.json().catch(() => null))
    const lines: Line[] = (request.success ? request.output.lines : []).flatMap((line) => {
      const product = productById(line.product)
      return product ? [{ product, quantity: line.quantity }] : []
    })
    if (lines.length === 0) return c.json({ error: 'nothing to sell' }, 400)
    const order = orders.create({
      ...{ channel: 'pos', visitor: null, lines },
      ...{ language: languageOf(c), createdAt: shop.now() },
    })
    const checkout = await openCheckout(shop, order)
    if (!checkout) return c.json({ error: 'the payment server cannot be reached' }, 503)
    return c.json({ number: order.number, session: checkout.session })
  })

  /**
   * The cashier is done with the sale: an unpaid one is closed, so that it cannot be paid later. Answers what became of it, which may be
   * a payment that came first.
   */
  routes.post('/sales/:number/close', async (c) => {
    const order = orders.ofPointOfSale(c.req.param('number'))
    if (!order?.checkoutId) return c.notFound()
    const status =
      order.status === 'unpaid'
        ? await payments.close(order.checkoutId).catch(() => 'unknown')
        : order.status
    return c.json({ status })
  })

  routes.get('/sales/:number', (c) => {
    const order = orders.ofPointOfSale(c.req.param('number'))
    return order ? c.json({ status: order.status }) : c.notFound()
  })

  return routes
}
