import { Hono } from 'hono'
import type { Checkout } from './checkout/checkout.ts'
import type { Doorbells } from './checkout/doorbells.ts'
import type { OutboxStore } from './checkout/ports.ts'
import type { Refunds } from './checkout/refunds.ts'
import type { Checkouts } from './checkout/service.ts'
import { CheckoutError } from './errors.ts'
import type { Refuse } from './errors.ts'
import type { Log } from './log.ts'
import type { Snapshot } from './protocol.ts'
import { answerNo, commonHeaders, limit, onlyFrom, varies } from './routes/admission.ts'
import { assetRoutes } from './routes/assets.ts'
import { callbackRoutes } from './routes/callbacks.ts'
import type { TrustedProxies } from './routes/client-address.ts'
import { merchantRoutes } from './routes/checkouts.ts'
import { eventsPath, webEvents } from './routes/events.ts'
import { frontPage } from './routes/front-page.ts'
import { openApiRoute } from './routes/openapi.ts'
import { sessionRoutes } from './routes/session.ts'
import type { Streams } from './streams.ts'

/** Why a server is to be sent no traffic. */
export type Unreadiness = 'starting' | 'shutting_down' | 'database_not_writable'

export interface AppDeps {
  readonly checkouts: Checkouts
  readonly doorbells: Doorbells
  readonly refunds: Refunds
  readonly outbox: OutboxStore
  readonly streams: Streams
  readonly toSnapshot: (checkout: Checkout) => Snapshot
  readonly origins: ReadonlySet<string>
  readonly merchantKeys: readonly string[]
  readonly keyedAll: (text: string) => readonly string[]
  readonly publicUrl: string
  readonly underscoredHeader: string | null
  readonly trustedProxies: TrustedProxies
  /** Where the built widget lies. */
  readonly assets: URL
  /** What operators see: probes, the support page, metrics. Comes first, for some of it lies below other paths. */
  readonly ops: Hono | null
  /** The answer to an error, whatever it was. */
  readonly refuse: Refuse
  readonly isDraining: () => boolean
  /** Null: it may be sent traffic. */
  readonly whyNotReady: () => Promise<Unreadiness | null>
  /** The names of providers that take our credentials no more. */
  readonly credentialsRefused: () => readonly string[]
  readonly log: Log
}

const everyAnswer = Object.entries(commonHeaders)

/** The whole HTTP surface as a plain fetch handler: Node, Bun, Deno or a shop's own Hono app can mount it. */
export function createApp(deps: AppDeps) {
  const { publicUrl, origins, refuse } = deps
  const app = new Hono()

  // Before the answer is made: afterwards Hono would have to take it apart again.
  app.use(async (c, next) => {
    for (const [name, value] of everyAnswer) c.header(name, value)
    if (c.req.path.startsWith('/v1/')) c.header('vary', varies)
    await next()
  })
  app.use('/v1/session/*', onlyFrom(origins), limit(8))
  app.use('/v1/checkouts/*', limit(64))
  app.use('/v1/callbacks/*', limit(64))

  if (deps.ops) app.route('/', deps.ops)
  app.get(eventsPath, (c) => webEvents(c, { ...deps }))
  app.route('/v1/session', sessionRoutes(deps))
  app.route('/v1/callbacks', callbackRoutes(deps))
  app.route('/v1', merchantRoutes({ ...deps, keys: deps.merchantKeys }))

  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const reason = await deps.whyNotReady()
    if (reason !== null) return c.json({ status: 'not_ready', reason }, 503)
    // Still ready: no other server would be let in, and what is not about new payments goes on.
    const refused = deps.credentialsRefused()
    return c.json({ status: 'ready', ...(refused.length > 0 && { credentialsRefused: refused }) })
  })
  const document = openApiRoute(publicUrl)
  app.get('/openapi.json', document)
  app.get('/', (c) => c.html(frontPage))
  app.route('/', assetRoutes(deps.assets))

  app.notFound((c) => answerNo(c, refuse(new CheckoutError('not_found'))))
  app.onError((error, c) => answerNo(c, refuse(error)))
  return app
}
