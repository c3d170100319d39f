import { Hono } from 'hono'
import { CheckoutError } from '../core/errors.ts'
import type { ErrorToResponse } from './problem.ts'
import {
  problemResponse,
  commonHeaders,
  bodyLimit,
  allowOrigins,
  varyHeader,
} from './middleware.ts'
import type { Origins } from './middleware.ts'
import { assetRoutes } from './assets.ts'
import { callbackRoutes } from './callbacks.ts'
import type { TrustedProxies } from './client-address.ts'
import { merchantRoutes } from './merchant.ts'
import type { Merchant, Merchants } from './merchants.ts'
import { eventsPath, sessionPath, wantsEvents, webEvents } from './events.ts'
import { frontPage } from './front-page.ts'
import { jwksRoute } from './jwks.ts'
import { openApiRoute } from './openapi.ts'
import { sessionRoutes } from './session.ts'
import { ucpRoutes } from './ucp.ts'
import type { UcpHandler } from './ucp.ts'

/** Why a server must not get traffic. */
export type NotReadyReason = 'starting' | 'shutting_down' | 'database_not_writable'

export interface AppDeps {
  readonly merchants: Merchants
  /** The public keys of receipts. */
  readonly jwks: object
  /** Those of all merchants. */
  readonly origins: Origins
  readonly publicUrl: string
  readonly trustedProxies: TrustedProxies
  /** The folder of the built widget. */
  readonly assets: URL
  /** Probes, the support page and metrics. Mounted first, because some of its paths lie below other routes. */
  readonly ops: Hono | null
  /** Null: agents are told nothing. */
  readonly ucp: UcpHandler | null
  /** For requests that are no merchant's. */
  readonly errorToResponse: ErrorToResponse
  /** Null when the server is ready for traffic. */
  readonly checkReadiness: () => Promise<NotReadyReason | null>
  /** The names of providers that refuse our credentials. */
  readonly credentialsRefused: () => readonly string[]
}

const commonHeaderEntries = Object.entries(commonHeaders)

/** The whole HTTP surface as a plain fetch handler: Node, Bun, Deno or a shop's own Hono app can mount it. */
export function createApp(deps: AppDeps) {
  const { publicUrl, origins, errorToResponse } = deps
  const app = new Hono<{ Variables: { merchant?: Merchant } }>()

  // Before the response exists: setting a header afterwards makes Hono rebuild it.
  app.use(async (c, next) => {
    for (const [name, value] of commonHeaderEntries) c.header(name, value)
    if (c.req.path.startsWith('/v1/')) c.header('vary', varyHeader)
    await next()
  })
  app.use('/v1/session/*', allowOrigins(origins), bodyLimit(8))
  app.use('/v1/checkouts/*', bodyLimit(64))
  app.use('/v1/callbacks/*', bodyLimit(64))

  if (deps.ops) app.route('/', deps.ops)
  app.on('GET', [eventsPath, sessionPath], (c, next) =>
    wantsEvents(c.req.path, c.req.header('accept')) ? webEvents(c, deps.merchants) : next(),
  )
  app.route(sessionPath, sessionRoutes(deps))
  app.route('/v1/callbacks', callbackRoutes(deps.merchants))
  app.route('/v1', merchantRoutes(deps.merchants))

  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const reason = await deps.checkReadiness()
    if (reason !== null) return c.json({ status: 'not_ready', reason }, 503)
    // Still ready: another server has the same credentials, and everything but new payments works.
    const refused = deps.credentialsRefused()
    return c.json({ status: 'ready', ...(refused.length > 0 && { credentialsRefused: refused }) })
  })
  const document = openApiRoute(publicUrl)
  app.get('/openapi.json', document)
  if (deps.ucp) app.route('/ucp', ucpRoutes(deps.ucp))
  app.get('/.well-known/jwks.json', jwksRoute(deps.jwks))
  app.get('/', (c) => c.html(frontPage))
  app.route('/', assetRoutes(deps.assets))

  app.notFound((c) => problemResponse(c, errorToResponse(new CheckoutError('not_found'))))
  app.onError((error, c) => {
    const toResponse = c.get('merchant')?.errorToResponse ?? errorToResponse
    return problemResponse(c, toResponse(error))
  })
  return app
}
