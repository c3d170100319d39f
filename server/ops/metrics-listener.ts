import { createServer } from 'node:http'
import { isIP } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { toHttpProblem } from '../http/problem.ts'
import { listen } from '../listening.ts'
import type { Listener } from '../listening.ts'
import { problemResponse } from '../http/middleware.ts'
import type { ServerMetrics } from './server-metrics.ts'

/**
 * Serves `/metrics` on a separate port, for an internal network. It needs no token, so it accepts only host names that no web
 * page can have pointed to it.
 */
export function listenForMetrics(
  metrics: ServerMetrics,
  port: number,
  host: string,
): Promise<Listener> {
  const app = new Hono()
  app.use(async (c, next) => {
    if (isOwnName(c.req.header('host'), host)) return next()
    const detail = 'The Host header must be an address of this server or an internal name'
    return problemResponse(c, toHttpProblem('not_found', { detail }))
  })
  app.get('/metrics', async (c) => c.body(await metrics.text(), 200, metrics.headers))
  app.notFound((c) => problemResponse(c, toHttpProblem('not_found')))
  const listener = getRequestListener(app.fetch)
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, (...exchange) => {
    void listener(...exchange)
  })
  return listen(server, { port, host, names: { port: 'METRICS_PORT', host: 'METRICS_HOST' } })
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/

/**
 * DNS rebinding needs a public name whose owner points it here. A loopback listener accepts only loopback names; others accept IP
 * addresses too, and names that exist only in internal networks: those without a dot (containers), and those below `local`
 * (Kubernetes uses `cluster.local`) and `internal`.
 */
function isOwnName(header: string | undefined, listensOn: string): boolean {
  const name = /^(?:\[([\da-f:.]+)\]|([\w.-]+?)\.?)(?::\d{1,5})?$/i.exec(header ?? '')
  const host = (name?.[1] ?? name?.[2] ?? '').toLowerCase()
  if (loopback.test(host) || host === listensOn.toLowerCase()) return true
  if (loopback.test(listensOn)) return false
  return isIP(host) !== 0 || /^(?:[\w-]+|.+\.(?:local|internal))$/.test(host)
}
