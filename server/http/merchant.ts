import { Hono } from 'hono'
import type { Checkout } from '../core/checkout.ts'
import type { OutboxStore } from '../core/store.ts'
import type { IssueReceipt } from '../core/receipt.ts'
import type { Refunds } from '../core/refunds.ts'
import type { Checkouts, CreateCheckoutInput } from '../core/checkouts.ts'
import { historyView, merchantView, refundView } from '../core/views.ts'
import { CheckoutError } from '../core/errors.ts'
import { isFinal } from '../protocol/index.ts'
import type { Snapshot } from '../protocol/index.ts'
import { createRequest, emptyRequest, refundRequest } from './request-schemas.ts'
import { timingSafeIncludes } from '../crypto.ts'
import type { SseHub } from './sse.ts'
import { bearer, queryOf, readJson } from './middleware.ts'
import { idempotencyKey, idempotencyOf, KeysInFlight } from './idempotency.ts'

interface MerchantDeps {
  readonly checkouts: Checkouts
  readonly refunds: Refunds
  readonly outbox: OutboxStore
  readonly sse: SseHub
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly receipt: IssueReceipt
  readonly keys: readonly string[]
  /** Keyed hashes of a text: the newest key first, then those being rotated out. */
  readonly hmacAll: (text: string) => readonly string[]
}

const eventsPerPage = 100

/** The merchant API: the shop's backend creates, reads, closes and refunds checkouts and lists their events. */
export function merchantRoutes(deps: MerchantDeps) {
  const routes = new Hono()
  routes.use(async (c, next) => {
    if (!timingSafeIncludes(deps.keys, bearer(c.req.header('authorization'))))
      throw new CheckoutError('unauthorized')
    await next()
  })
  addCheckoutRoutes(routes, deps)
  addRefundRoute(routes, deps)
  addEventsRoute(routes, deps)
  return routes
}

function addCheckoutRoutes(routes: Hono, deps: MerchantDeps): void {
  const { checkouts, sse, toSnapshot, receipt, hmacAll } = deps
  const keysInFlight = new KeysInFlight()
  const toView = (checkout: Checkout) => merchantView(checkout, receipt(checkout))
  const withHistory = async (checkout: Checkout) => ({
    ...toView(checkout),
    history: (await checkouts.history(checkout)).map(historyView),
  })

  routes.post('/checkouts', async (c) => {
    const { expiresInSeconds, providerOptions, ...order } = await readJson(c, createRequest)
    const lifetimeMs = expiresInSeconds === null ? null : expiresInSeconds * 1000
    const input: CreateCheckoutInput = { ...order, options: providerOptions, lifetimeMs }
    const idempotency = idempotencyOf(c, input, hmacAll)
    const { created, checkout, session } = await keysInFlight.hold(idempotency, () =>
      checkouts.create(input, idempotency),
    )
    const answer = { ...toView(checkout), session, snapshot: toSnapshot(checkout) }
    return c.json(answer, created ? 201 : 200)
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
    // Not final until the provider has reported the result of the open attempt.
    return c.json(await withHistory(closed), isFinal(closed.status) ? 200 : 202)
  })

  routes.delete('/checkouts/:id/sessions', async (c) => {
    const checkout = await checkouts.byId(c.req.param('id'))
    await checkouts.revokeSessions(checkout)
    sse.endAll(checkout.id)
    return c.body(null, 204)
  })
}

function addRefundRoute(routes: Hono, { checkouts, refunds }: MerchantDeps): void {
  routes.post('/checkouts/:id/refunds', async (c) => {
    const input = await readJson(c, refundRequest)
    const key = idempotencyKey(c)
    if (key === null) {
      const detail = 'Idempotency-Key header is required'
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
}

function addEventsRoute(routes: Hono, { outbox }: MerchantDeps): void {
  routes.get('/events', async (c) => {
    const page = await outbox.page(queryOf(c).get('after') ?? '0', eventsPerPage)
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
