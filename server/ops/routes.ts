import { Hono } from 'hono'
import type { Clock } from '../clock.ts'
import { CheckoutError } from '../errors.ts'
import { adminRoutes } from '../routes/admin.ts'
import type { AdminDeps } from '../routes/admin.ts'
import { TokenGuard } from '../routes/admin/guard.ts'
import type { Metrics } from './metrics.ts'
import { ProbeMarks } from './probe.ts'
import { probeRoutes } from './probe-routes.ts'

interface OpsDeps extends Omit<AdminDeps, 'guard'> {
  readonly adminToken: string | null
  readonly netgiro: { readonly secretKey: string }
  readonly metrics: Metrics
  readonly clock: Clock
}

/** What operators see of a server: probes for `doctor`, and with an ADMIN_TOKEN the support page and the metrics. */
export function opsRoutes({ adminToken, metrics, netgiro, ...deps }: OpsDeps) {
  const { clock, trustedProxies } = deps
  const routes = new Hono()
  const marks = new ProbeMarks(netgiro.secretKey, () => clock.now())
  routes.route(
    '/',
    probeRoutes(marks, trustedProxies, () => metrics.unprovenCallbacks),
  )
  if (adminToken === null) return routes

  routes.route('/', adminRoutes({ ...deps, guard: new TokenGuard(adminToken, clock) }))
  const guard = new TokenGuard(adminToken, clock)
  routes.get('/metrics', async (c) => {
    const token = /^Bearer (\S{1,500})$/i.exec(c.req.header('authorization') ?? '')?.[1]
    // Whoever does not know the token is not even told that there is something to know.
    if (token === undefined) throw new CheckoutError('not_found')
    if (guard.judge(token, null) !== 'right')
      throw new CheckoutError('not_found', { event: 'wrong_admin_token' })
    return c.body(await metrics.text(), 200, { ...metrics.headers, vary: 'Authorization' })
  })
  return routes
}
