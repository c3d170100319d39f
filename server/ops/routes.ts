import { Hono } from 'hono'
import type { Clock } from '../core/clock.ts'
import { CheckoutError } from '../core/errors.ts'
import { timingSafeIncludes } from '../crypto.ts'
import { adminRoutes } from './admin/routes.ts'
import type { AdminDeps } from './admin/routes.ts'
import { LoginThrottle } from './admin/login-throttle.ts'
import { acceptProbesOf } from './probe-tokens.ts'
import { probeRoutes } from './probe-routes.ts'
import type { ServerMetrics } from './server-metrics.ts'

interface OpsDeps extends AdminDeps {
  /** Opens `/metrics`; null: they are not served here. */
  readonly operatorToken: string | null
  readonly hasSupportPage: boolean
  /** Of all merchants, as they are configured at the time. */
  readonly secretKeys: () => readonly string[]
  readonly metrics: ServerMetrics
  readonly clock: Clock
  /** Stamps what `doctor` compares with its own clock. */
  readonly machineClock: Clock
}

/** Routes for operators: probes for `doctor`, and with an ADMIN_TOKEN the support page and metrics. */
export function opsRoutes(deps: OpsDeps) {
  const { operatorToken, hasSupportPage, metrics, secretKeys, trustedProxies } = deps
  const { clock, machineClock } = deps
  const routes = new Hono()
  const accept = acceptProbesOf(secretKeys, () => machineClock.now())
  routes.route(
    '/',
    probeRoutes(accept, trustedProxies, () => metrics.unprovenCallbacks),
  )
  if (hasSupportPage) routes.route('/', adminRoutes(deps))
  if (operatorToken === null) return routes

  const isRight = (token: string) => timingSafeIncludes([operatorToken], token)
  const throttle = new LoginThrottle(isRight, clock)
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
