import { Hono } from 'hono'
import { fields } from './form.ts'
import { openRefundOf, type Order, type RefundRecord } from '../orders.ts'
import { Refusal } from '../payments.ts'
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
    // Whole krónur: the page offers no refund in another currency.
    const amount = Number(field('amount'))
    if (order?.currency === 'ISK' && Number.isSafeInteger(amount) && amount > 0)
      await refund(shop, order, field('key'), amount)
    return c.redirect('/shopkeeper', 303)
  })

  routes.get('/changes', (c) => c.json({ version: shop.orders.version }))

  return routes
}

async function refund(shop: Shop, order: Order, key: string, amount: number): Promise<void> {
  const { number, checkoutId } = order
  const open = openRefundOf(order)
  if (checkoutId === null || (open && open.key !== key)) return
  const asked: RefundRecord = open ?? { key, amount, id: null, outcome: 'unknown' }
  // Before the call: if its answer is lost, the same refund can be asked for again.
  shop.orders.update(number, { refund: asked })
  const answer = await ask(shop, checkoutId, asked)
  shop.orders.update(number, { refund: { ...asked, ...answer } })
}

async function ask({ payments, log }: Shop, checkoutId: string, { key, amount }: RefundRecord) {
  try {
    return await payments.refund(checkoutId, amount, key)
  } catch (error) {
    log(`refund: ${String(error)}`)
    return error instanceof Refusal ? { outcome: { refused: error.code } } : {}
  }
}
