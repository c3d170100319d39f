import { Hono } from 'hono'
import type { Clock } from '../core/clock.ts'
import { CheckoutError } from '../core/errors.ts'
import { adminRoutes } from './admin/routes.ts'
import type { AdminDeps } from './admin/routes.ts'
import { LoginThrottle } from './admin/login-throttle.ts'
import type { Metrics } from './metrics.ts'
import { ProbeTokens } from './probe-tokens.ts'
import { probeRoutes } from './probe-routes.ts'

interface OpsDeps extends Omit<AdminDeps, 'throttle'> {
  readonly adminToken: string | null
  readonly netgiro: { readonly secretKey: string }
  readonly metrics: Metrics
  readonly clock: Clock
}

/** Routes for operators: probes for `doctor`, and with an ADMIN_TOKEN the support page and metrics. */
export function opsRoutes({ adminToken, metrics, netgiro, ...deps }: OpsDeps) {
  const { clock, trustedProxies } = deps
  const routes = new Hono()
  const tokens = new ProbeTokens(netgiro.secretKey, () => clock.now())
  routes.route(
    '/',
    probeRoutes(tokens, trustedProxies, () => metrics.unprovenCallbacks),
  )
  if (adminToken === null) return routes

  routes.route('/', adminRoutes({ ...deps, throttle: new LoginThrottle(adminToken, clock) }))
  const throttle = new LoginThrottle(adminToken, clock)
  routes.get('/metrics', async (c) => {
    const token = /^Bearer (\S{1,500})$/i.exec(c.req.header('authorization') ?? '')?.[1]
    // Without the right token, the route must not be distinguishable from a missing one.
    if (token === undefined) throw new CheckoutError('not_found')
    if (throttle.judge(token, null) !== 'right')
      throw new CheckoutError('not_found', { event: 'wrong_admin_token' })
    return c.body(await metrics.text(), 200, { ...metrics.headers, vary: 'Authorization' })
  })
  return routes
}
