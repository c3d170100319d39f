import { Hono } from 'hono'
import type { Line } from '../carts.ts'
import type { Order } from '../orders.ts'
import type { Shop } from '../shop.ts'
import { checkoutPage, paymentsDownPage } from '../views/checkout.ts'
import { languageOf, visitorOf } from '../visitor.ts'
import { frameOf } from './frame.ts'
import { openCheckout } from './open-checkout.ts'
import { orderOf } from './order-of.ts'

export function checkoutRoutes(shop: Shop): Hono {
  const routes = new Hono()
  const { carts, orders, handOffs } = shop

  /** One unpaid order per visitor, so that a changed cart cannot be paid for twice. */
  routes.post('/', async (c) => {
    const visitor = visitorOf(c)
    const lines = carts.of(visitor ?? '')
    if (!visitor || lines.length === 0) return c.redirect('/cart', 303)
    // Its money may have been taken: until a person has looked, the same goods are not paid for again.
    const reviewed = orders.inReview(visitor).find((order) => sameLines(order.lines, lines))
    if (reviewed) return c.redirect(`/orders/${reviewed.number}`, 303)
    const unpaid = orders.newestUnpaid(visitor)
    if (unpaid && !sameLines(unpaid.lines, lines)) await closeOrder(shop, unpaid)
    // Looked up again: a second click may have been faster while the old order was closed.
    const order =
      orders.newestUnpaid(visitor) ??
      orders.create({
        ...{ channel: 'web', visitor, lines },
        ...{ language: languageOf(c), createdAt: shop.now() },
      })
    return c.redirect(`/checkout/${order.number}`, 303)
  })

  routes.get('/:number', async (c) => {
    const order = orderOf(c, shop, c.req.param('number'))
    // This page takes payments by Netgíró only.
    if (order?.channel !== 'web') return c.notFound()
    if (order.status !== 'unpaid') return c.redirect(`/orders/${order.number}`, 303)

    const checkout = await openCheckout(shop, order)
    if (!checkout) return c.html(await paymentsDownPage(frameOf(c, shop), order), 503)
    // Another tab may have closed the order meanwhile, when there was no checkout yet that it could have canceled.
    const current = orders.get(order.number) ?? order
    if (current.status === 'closed') await closeOrder(shop, current)
    if (current.status !== 'unpaid') return c.redirect(`/orders/${order.number}`, 303)
    if (isClosed(checkout.status)) orders.close(order.number)
    if (isOver(checkout.status)) return c.redirect(`/orders/${order.number}`, 303)

    const cartDiffers = !sameLines(order.lines, carts.of(order.visitor ?? ''))
    const { session, snapshot } = checkout
    const isOwn = order.visitor === visitorOf(c)
    const handOff = isOwn ? `/continue#${handOffs.offer(order.number, shop.now())}` : null
    const view = { order, session, snapshot, handOff, cartDiffers }
    return c.html(await checkoutPage(frameOf(c, shop), view, shop))
  })

  return routes
}

const isClosed = (status: string) => status === 'canceled' || status === 'expired'
const isOver = (status: string) => isClosed(status) || status === 'paid' || status === 'review'

/**
 * Closes an order whose cart has changed. The order stays open when its payment cannot be stopped any more, or when
 * that is unknown; the shopper then returns to it.
 */
async function closeOrder({ orders, payments, log }: Shop, { number, checkoutId }: Order) {
  try {
    // An order without a checkout cannot be paid.
    const status = checkoutId ? await payments.close(checkoutId) : 'canceled'
    if (isClosed(status)) orders.close(number)
  } catch (error) {
    log(`could not close the checkout of ${number}: ${String(error)}`)
  }
}

const sameLines = (some: readonly Line[], others: readonly Line[]): boolean =>
  some.length === others.length &&
  some.every(({ product, quantity }) =>
    others.some((other) => other.product === product && other.quantity === quantity),
  )
