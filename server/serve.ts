import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { compose } from './compose.ts'
import { readConfig } from './config.ts'
import type { Environment } from './config.ts'
import { createLog } from './log.ts'
import type { Log } from './log.ts'
import { listenForMetrics } from './ops/metrics-listener.ts'
import { probeHeader } from './ops/probe.ts'
import { eventsPath, nodeEvents } from './routes/events.ts'

export interface ServeOptions {
  readonly log?: Log
  readonly clock?: Clock
  /** Where the built widget lies; default: `dist` beside this folder, or above it once built. */
  readonly assets?: URL
}

/** A shutdown may take this long; then whatever is left is cut. */
const shutdownPatience = 9_000

const builtWidget = import.meta.url.endsWith('.ts')
  ? new URL('../dist/', import.meta.url)
  : new URL('../', import.meta.url)

/**
 * Starts the BFF on Node. Throws a ConfigError that lists all that is wrong with the environment, or the error of the
 * port that is taken.
 */
export async function startServer(env: Environment, options: ServeOptions = {}) {
  const config = readConfig(env)
  const log = options.log ?? createLog(config.logLevel)
  const parts = await compose(
    config,
    options.clock ?? systemClock,
    log,
    options.assets ?? builtWidget,
  )
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 },
    nodeHandler(parts, config.allowedOrigins),
  )
  if (config.allowInsecure)
    log.warn(
      'ALLOW_INSECURE is set: http and weak secrets are taken, which is for development alone',
    )
  if (!config.webhook) log.warn('no WEBHOOK_URL: the shop is told nothing and must ask')

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  const { metricsPort, host } = config
  const metrics =
    metricsPort === null ? null : await listenForMetrics(parts.metrics, metricsPort, host)
  await parts.resume()
  const { address, port, family } = server.address() as AddressInfo
  const at = `http://${family === 'IPv6' ? `[${address}]` : address}`
  const url = `${at}:${port}`
  const metricsUrl = metrics && `${at}:${metrics.port}/metrics`
  log.info({ url, metricsUrl, confirmation: config.confirmation }, 'ready')

  return {
    url,
    /** Null without a METRICS_PORT. */
    metricsUrl,
    parts,
    /** Drains and stops: new requests are refused, streams told to come back, calls in flight finished. */
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      const cut = setTimeout(() => server.closeAllConnections(), shutdownPatience)
      // A connection that was busy when the server closed stays open for its next request, which nobody will answer.
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      await parts.drain()
      await closed
      clearInterval(sweep)
      clearTimeout(cut)
      await metrics?.close()
      await parts.close()
    },
  }
}

type Parts = Awaited<ReturnType<typeof compose>>

/** The event stream is written at the floor of what Node can do; everything else is the plain fetch handler. */
export function nodeHandler(parts: Parts, origins: ReadonlySet<string>) {
  const { app, checkouts, streams, isDraining, refuse } = parts
  const streamEvents = nodeEvents({ checkouts, streams, origins, isDraining, refuse })
  const everythingElse = getRequestListener(app.fetch)
  return (
    request: Parameters<typeof everythingElse>[0],
    response: Parameters<typeof everythingElse>[1],
  ): void => {
    const [path] = (request.url ?? '').split('?', 1)
    const isProbe = request.headers[probeHeader] !== undefined
    if (path === eventsPath && request.method === 'GET' && !isProbe) streamEvents(request, response)
    else void everythingElse(request, response)
  }
}
