import { Hono } from 'hono'
import { productById } from '../catalogue.ts'
import type { Shop } from '../shop.ts'
import { cartPage } from '../views/cart.ts'
import { visitorOf, identifyVisitor } from '../visitor.ts'
import { fields } from './form.ts'
import { frameOf } from './frame.ts'

export function cartRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/', async (c) => {
    const lines = shop.carts.of(visitorOf(c) ?? '')
    return c.html(await cartPage(frameOf(c, shop), lines))
  })

  routes.post('/add', async (c) => {
    const product = productById((await fields(c))('product'))
    if (!product) return c.notFound()
    const visitor = identifyVisitor(c)
    shop.carts.set(visitor, product, shop.carts.quantity(visitor, product) + 1)
    return c.redirect('/cart', 303)
  })

  // One form per line, with a field for the quantity and a remove button.
  routes.post('/set', async (c) => {
    const field = await fields(c)
    const product = productById(field('product'))
    const quantity = Number(field('remove') === 'yes' ? 0 : field('quantity'))
    if (product && Number.isSafeInteger(quantity)) {
      shop.carts.set(identifyVisitor(c), product, quantity)
    }
    return c.redirect('/cart', 303)
  })

  return routes
}
