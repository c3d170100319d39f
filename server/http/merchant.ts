import { Hono } from 'hono'
import type { Checkout } from '../core/checkout.ts'
import type { OutboxStore } from '../core/store.ts'
import type { Refunds } from '../core/refunds.ts'
import type { Checkouts, CreateCheckoutInput } from '../core/checkouts.ts'
import { historyView, merchantView, refundView } from '../core/views.ts'
import { CheckoutError } from '../core/errors.ts'
import { isFinal } from '../protocol/index.ts'
import { createRequest, emptyRequest, refundRequest } from './schemas.ts'
import { timingSafeIncludes } from '../crypto.ts'
import type { SseHub } from './sse.ts'
import { bearer, queryOf, readJson } from './middleware.ts'
import { idempotencyKey, idempotencyOf, KeysInFlight } from './idempotency.ts'

interface MerchantDeps {
  readonly checkouts: Checkouts
  readonly refunds: Refunds
  readonly outbox: OutboxStore
  readonly sse: SseHub
  readonly keys: readonly string[]
  /** The same text always gives the same, and nobody without the keys can tell from what. */
  readonly hmacAll: (text: string) => readonly string[]
}

const eventsPerPage = 100

/** The shop's backend: creates checkouts, reads, closes and refunds them, and hears what happened. */
export function merchantRoutes(deps: MerchantDeps) {
  const { checkouts, refunds, outbox, sse, keys, hmacAll } = deps
  const routes = new Hono()
  const keysInFlight = new KeysInFlight()

  routes.use(async (c, next) => {
    if (!timingSafeIncludes(keys, bearer(c.req.header('authorization'))))
      throw new CheckoutError('unauthorized')
    await next()
  })

  routes.post('/checkouts', async (c) => {
    const { expiresInSeconds, providerOptions, ...order } = await readJson(c, createRequest)
    const lifetimeMs = expiresInSeconds === null ? null : expiresInSeconds * 1000
    const input: CreateCheckoutInput = { ...order, options: providerOptions, lifetimeMs }
    const idempotency = idempotencyOf(c, input, hmacAll)
    const { created, checkout, session } = await keysInFlight.hold(idempotency, () =>
      checkouts.create(input, idempotency),
    )
    return c.json({ ...merchantView(checkout), session }, created ? 201 : 200)
  })

  routes.get('/checkouts', async (c) => {
    const reference = queryOf(c).get('reference')
    if (!reference) throw new CheckoutError('invalid_request', { detail: 'reference: is missing' })
    return c.json(await withHistory(await checkouts.byReference(reference.normalize('NFC'))))
  })

  routes.get('/checkouts/:id', async (c) =>
    c.json(await withHistory(await checkouts.byId(c.req.param('id')))),
  )

  routes.post('/checkouts/:id/cancel', async (c) => {
    await readJson(c, emptyRequest)
    const closed = await checkouts.close(await checkouts.byId(c.req.param('id')))
    // Until the provider has said what became of a request that is out, nothing is final.
    return c.json(await withHistory(closed), isFinal(closed.status) ? 200 : 202)
  })

  routes.delete('/checkouts/:id/sessions', async (c) => {
    const checkout = await checkouts.byId(c.req.param('id'))
    await checkouts.revokeSessions(checkout)
    sse.endAll(checkout.id)
    return c.body(null, 204)
  })

  routes.post('/checkouts/:id/refunds', async (c) => {
    const input = await readJson(c, refundRequest)
    const key = idempotencyKey(c)
    if (key === null) {
      const detail = 'Idempotency-Key: is missing, so this could not be told from its repetition'
      throw new CheckoutError('invalid_request', { detail })
    }
    const checkout = await checkouts.byId(c.req.param('id'))
    const { created, refund } = await refunds.request(checkout, input, key)
    if (refund.status === 'failed') throw new CheckoutError('refund_refused')
    return c.json(
      refundView(checkout, refund),
      refund.status === 'pending' ? 202 : created ? 201 : 200,
    )
  })

  routes.get('/events', async (c) => {
    const page = await outbox.page(queryOf(c).get('after') ?? '0', eventsPerPage)
    if (!page) throw new CheckoutError('invalid_request', { detail: 'after: is not a cursor' })
    const { events, cursor, hasMore, restarted } = page
    return c.json({
      events: events.map(({ id, body }) => ({ id, ...(JSON.parse(body) as object) })),
      cursor,
      hasMore,
      ...(restarted && { restarted }),
    })
  })

  const withHistory = async (checkout: Checkout) => ({
    ...merchantView(checkout),
    history: (await checkouts.history(checkout)).map(historyView),
  })

  return routes
}
