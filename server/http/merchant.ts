import { Hono } from 'hono'
import type { Checkout } from '../core/checkout.ts'
import type { CreateCheckoutInput } from '../core/checkouts.ts'
import { historyView, merchantView, refundView } from '../core/views.ts'
import { CheckoutError } from '../core/errors.ts'
import { isFinal } from '../protocol/index.ts'
import { createRequest, emptyRequest, refundRequest } from './request-schemas.ts'
import type { Merchant, MerchantEnv, Merchants } from './merchants.ts'
import { bearer, queryOf, readJson } from './middleware.ts'
import { idempotencyKey, idempotencyOf } from './idempotency.ts'
import { limitRequests } from './request-limit.ts'

const eventsPerPage = 100

/** The merchant API: the shop's backend creates, reads, closes and refunds checkouts and lists their events. */
export function merchantRoutes(merchants: Merchants) {
  const routes = new Hono<MerchantEnv>()
  // Only where there is something: what a browser or a provider asks for elsewhere is no attempt with a wrong key.
  for (const path of ['/checkouts/*', '/events']) {
    routes.use(path, async (c, next) => {
      const merchant = await merchants.byApiKey(bearer(c.req.header('authorization')))
      if (!merchant) throw new CheckoutError('unauthorized')
      c.set('merchant', merchant)
      await next()
    })
    routes.use(path, limitRequests)
  }
  addCheckoutRoutes(routes)
  addRefundRoute(routes)
  addEventsRoute(routes)
  return routes
}

type Routes = Hono<MerchantEnv>

const withHistory = async ({ checkouts, receipt }: Merchant, checkout: Checkout) => ({
  ...merchantView(checkout, receipt(checkout)),
  history: (await checkouts.history(checkout)).map(historyView),
})

function addCheckoutRoutes(routes: Routes): void {
  routes.post('/checkouts', async (c) => {
    const { expiresInSeconds, providerOptions, ...order } = await readJson(c, createRequest)
    const lifetimeMs = expiresInSeconds === null ? null : expiresInSeconds * 1000
    const input: CreateCheckoutInput = { ...order, options: providerOptions, lifetimeMs }
    const { checkouts, keysInFlight, toSnapshot, receipt, hmacAll } = c.get('merchant')
    const idempotency = idempotencyOf(c, input, hmacAll)
    const { created, checkout, session } = await keysInFlight.hold(idempotency, () =>
      checkouts.create(input, idempotency),
    )
    const view = merchantView(checkout, receipt(checkout))
    const answer = { ...view, session, snapshot: toSnapshot(checkout) }
    return c.json(answer, created ? 201 : 200)
  })

  routes.get('/checkouts', async (c) => {
    const reference = queryOf(c, 'reference')
    if (!reference) throw new CheckoutError('invalid_request', { detail: 'reference: is missing' })
    const merchant = c.get('merchant')
    const checkout = await merchant.checkouts.byReference(reference.normalize('NFC'))
    return c.json(await withHistory(merchant, checkout))
  })

  routes.get('/checkouts/:id', async (c) => {
    const merchant = c.get('merchant')
    return c.json(await withHistory(merchant, await merchant.checkouts.byId(c.req.param('id'))))
  })

  routes.post('/checkouts/:id/cancel', async (c) => {
    await readJson(c, emptyRequest)
    const merchant = c.get('merchant')
    const { checkouts } = merchant
    const closed = await checkouts.close(await checkouts.byId(c.req.param('id')))
    // Not final until the provider has reported the result of the open attempt.
    return c.json(await withHistory(merchant, closed), isFinal(closed.status) ? 200 : 202)
  })

  routes.delete('/checkouts/:id/sessions', async (c) => {
    const { checkouts, sse } = c.get('merchant')
    const checkout = await checkouts.byId(c.req.param('id'))
    await checkouts.revokeSessions(checkout)
    sse.endAll(checkout.id)
    return c.body(null, 204)
  })
}

function addRefundRoute(routes: Routes): void {
  routes.post('/checkouts/:id/refunds', async (c) => {
    const input = await readJson(c, refundRequest)
    const key = idempotencyKey(c)
    if (key === null) {
      const detail = 'Idempotency-Key header is required'
      throw new CheckoutError('invalid_request', { detail })
    }
    const { checkouts, refunds } = c.get('merchant')
    const checkout = await checkouts.byId(c.req.param('id'))
    const { created, refund } = await refunds.request(checkout, input, key)
    if (refund.status === 'failed') throw new CheckoutError('refund_refused')
    return c.json(
      refundView(checkout, refund),
      refund.status === 'pending' ? 202 : created ? 201 : 200,
    )
  })
}

function addEventsRoute(routes: Routes): void {
  routes.get('/events', async (c) => {
    const { outbox } = c.get('merchant')
    const page = await outbox.page(queryOf(c, 'after') ?? '0', eventsPerPage)
    if (!page) {
      throw new CheckoutError('invalid_request', { detail: 'after: is not a valid cursor' })
    }
    const { events, cursor, hasMore, restarted } = page
    return c.json({
      events: events.map(({ id, body }) => ({ id, ...(JSON.parse(body) as object) })),
      cursor,
      hasMore,
      ...(restarted && { restarted }),
    })
  })
}
