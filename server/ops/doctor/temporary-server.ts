import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Config } from '../../config.ts'
import { CheckoutError, shuttingDown } from '../../core/errors.ts'
import { toHttpProblem } from '../../http/problem.ts'
import { problemResponse, allowOrigins } from '../../http/middleware.ts'
import { listen } from '../../listening.ts'
import type { Listener } from '../../listening.ts'
import { probeRoutes } from '../probe-routes.ts'
import type { AcceptProbe } from '../probe-tokens.ts'

/**
 * Responds to the checks at HOST and PORT if no server runs there. It opens no database; all other requests get 503.
 *
 * @throws the error of `listen`, such as EADDRINUSE if a server does run
 */
export function openTemporaryServer(config: Config, accept: AcceptProbe): Promise<Listener> {
  const { host, port, allowedOrigins, trustedProxies } = config
  const app = new Hono()
  app.use('/v1/session/*', allowOrigins(allowedOrigins))
  app.route('/', probeRoutes(accept, trustedProxies))
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  const { code, details } = shuttingDown()
  app.notFound((c) => problemResponse(c, toHttpProblem(code, details)))
  app.onError((error, c) =>
    problemResponse(
      c,
      toHttpProblem(error instanceof CheckoutError ? error.code : 'internal_error'),
    ),
  )
  const listener = getRequestListener(app.fetch)
  const server = createServer((request, response) => {
    void listener(request, response)
  })
  return listen(server, { port, host })
}
