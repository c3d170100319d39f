/**
 * Agents buy here by the Universal Commerce Protocol: they fill a checkout and give the shopper's phone number. Paying is the
 * shopper's: the request goes to the phone, and the webhook says what became of it.
 */
import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { array, integer, literal, maxLength, maxValue, minLength, minValue } from 'valibot'
import { number, object, pipe, regex, safeParse, string } from 'valibot'
import { amountOf, maxQuantity, type Line } from '../carts.ts'
import { productById } from '../catalogue.ts'
import type { Order } from '../orders.ts'
import type { Shop } from '../shop.ts'
import { openCheckout } from './open-checkout.ts'

const version = '2026-04-08'
const published = 'https://ucp.dev'
const currency = 'ISK'

const createSchema = object({
  line_items: pipe(
    array(
      object({
        item: object({ id: string() }),
        quantity: pipe(number(), integer(), minValue(1), maxValue(maxQuantity)),
      }),
    ),
    minLength(1),
    maxLength(20),
  ),
})

const completeSchema = object({
  payment: object({
    instruments: pipe(
      array(
        object({
          handler_id: literal('netgiro'),
          type: literal('netgiro_phone'),
          credential: object({
            type: literal('MSISDN'),
            value: pipe(string(), regex(/^354[0-9]{7}$/)),
          }),
        }),
      ),
      minLength(1),
      maxLength(1),
    ),
  }),
})

/**
 * All agents together: the payment server sees one address behind their requests, this server's, and counts it only if it is
 * public. What was refused counts too, or an agent could try which numbers are customers.
 */
const limit = { requests: 20, withinMs: 10 * 60_000 }

export function agentRoutes(shop: Shop): Hono {
  const routes = new Hono()
  const { orders, payments } = shop
  const secondsToWait = requestLimit()
  /** The id is as good as a password: only the agent that made a checkout knows it. */
  const orderOf = (id: string) => orders.newestFirst().find(({ visitor }) => visitor === id)

  routes.get('/.well-known/ucp', async (c) => c.json(await profile(shop)))

  routes.post('/agent/checkout-sessions', async (c) => {
    const request = safeParse(createSchema, await c.req.json().catch(() => null))
    const lines: Line[] = (request.success ? request.output.line_items : []).flatMap((line) => {
      const product = productById(line.item.id)
      return product ? [{ product, quantity: line.quantity }] : []
    })
    if (lines.length === 0) return c.json({ error: 'nothing to sell' }, 400)
    const order = orders.create({
      ...{ channel: 'web', visitor: `agent-${randomUUID()}`, lines },
      ...{ language: 'en', createdAt: shop.now() },
    })
    return c.json(await view(shop, order), 201)
  })

  routes.get('/agent/checkout-sessions/:id', async (c) => {
    const order = orderOf(c.req.param('id'))
    return order ? c.json(await view(shop, order)) : c.json({ error: 'no such checkout' }, 404)
  })

  routes.post('/agent/checkout-sessions/:id/complete', async (c) => {
    const order = orderOf(c.req.param('id'))
    if (!order) return c.json({ error: 'no such checkout' }, 404)
    const request = safeParse(completeSchema, await c.req.json().catch(() => null))
    const [instrument] = request.success ? request.output.payment.instruments : []
    if (!instrument) return c.json({ error: 'not an instrument of this shop' }, 400)
    if (order.status !== 'unpaid') return c.json(await view(shop, order))
    const seconds = secondsToWait(shop.now().getTime())
    if (seconds !== null)
      return c.json({ error: 'too many requests' }, 429, { 'retry-after': String(seconds) })
    const checkout = await openCheckout(shop, order)
    if (!checkout) return c.json({ error: 'the payment server cannot be reached' }, 503)
    const phone = instrument.credential.value.slice(3)
    const refused = await payments.ask(checkout.session, phone, new URL(shop.url()).origin)
    return c.json(await view(shop, orders.get(order.number) ?? order, refused))
  })

  return routes
}

/** @returns how long to wait with another request; null, which counts it: it may be sent */
function requestLimit(): (now: number) => number | null {
  let counted: readonly number[] = []
  return (now) => {
    counted = counted.filter((at) => at > now - limit.withinMs)
    const [oldest = now] = counted
    if (counted.length >= limit.requests) return Math.ceil((oldest + limit.withinMs - now) / 1_000)
    counted = [...counted, now]
    return null
  }
}

/** The checkout as the agent sees it. `completed` only once the webhook has said that the money is there. */
async function view(shop: Shop, order: Order, refused: string | null = null) {
  const amounts = [{ type: 'subtotal' }, { type: 'total' }]
  const status = await statusOf(shop, order)
  return {
    ucp: { version, payment_handlers: await handlers(shop) },
    ...{ id: order.visitor, status, currency },
    line_items: order.lines.map((line) => ({
      id: line.product.id,
      item: { id: line.product.id, title: line.product.name.en, price: line.product.prices.ISK },
      quantity: line.quantity,
      totals: amounts.map((one) => ({ ...one, amount: amountOf(line, currency) })),
    })),
    totals: amounts.map((one) => ({ ...one, amount: order.amount })),
    links: [],
    ...(refused !== null && {
      messages: [
        { type: 'error', code: refused, content: 'Not sent', severity: 'requires_buyer_input' },
      ],
    }),
  }
}

async function statusOf({ payments }: Shop, order: Order): Promise<string> {
  if (order.status === 'paid') return 'completed'
  if (order.status === 'closed') return 'canceled'
  if (order.checkoutId === null) return 'ready_for_complete'
  const status = await payments.statusOf(order.checkoutId).catch(() => null)
  return status === 'open' ? 'ready_for_complete' : 'complete_in_progress'
}

/** Netgíró as the payment server describes it. */
async function handlers({ bffUrl }: Shop): Promise<unknown> {
  const response = await fetch(new URL('/ucp/payment-handler.json', bffUrl))
  const { ucp } = (await response.json()) as {
    readonly ucp: { readonly payment_handlers: unknown }
  }
  return ucp.payment_handlers
}

const profile = async (shop: Shop) => ({
  ucp: {
    version,
    services: {
      'dev.ucp.shopping': [
        {
          ...{ version, transport: 'rest', endpoint: `${shop.url()}/agent` },
          spec: `${published}/specification/overview`,
          schema: `${published}/services/shopping/rest.openapi.json`,
        },
      ],
    },
    capabilities: {
      'dev.ucp.shopping.checkout': [
        {
          version,
          spec: `${published}/specification/checkout`,
          schema: `${published}/schemas/shopping/checkout.json`,
        },
      ],
    },
    payment_handlers: await handlers(shop),
  },
})
