import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { systemClock } from './core/clock.ts'
import type { Clock } from './core/clock.ts'
import { compose } from './compose.ts'
import { readConfig } from './config.ts'
import type { Environment } from './config.ts'
import { CheckoutError } from './core/errors.ts'
import { isNormalPath, pathOf, PipelineLimit } from './http/limits.ts'
import { listen } from './listening.ts'
import { createLog } from './log.ts'
import type { Log } from './log.ts'
import { listenForMetrics } from './ops/metrics-listener.ts'
import { probeHeader } from './ops/probe-tokens.ts'
import { eventsPath, nodeEvents, refuseOnNode } from './http/events.ts'

export interface ServeOptions {
  readonly log?: Log
  readonly clock?: Clock
  /** Where the built widget lies; default: in `widget/dist`, or in the package of the server. */
  readonly assets?: URL
  /** Ends the wait for another server that has the database (`DATABASE_WAIT_SECONDS`). */
  readonly signal?: AbortSignal
}

const connectionGraceMs = 120_000

/** A shutdown may take this long; then whatever is left is cut. */
const shutdownTimeoutMs = 9_000

const builtWidget = import.meta.url.endsWith('.ts')
  ? new URL('../widget/dist/', import.meta.url)
  : new URL('./widget/', import.meta.url)

/**
 * Starts the BFF on Node. Throws a ConfigError that lists all that is wrong with the environment, or CannotListen where
 * the address cannot be had.
 */
export async function startServer(env: Environment, options: ServeOptions = {}) {
  const config = readConfig(env)
  const log = options.log ?? createLog(config.logLevel)
  const parts = await compose(
    config,
    options.clock ?? systemClock,
    log,
    options.assets ?? builtWidget,
    options.signal,
  )
  const server = createServer(
    // [node] the time for the headers begins with a request's first byte, so it is no matter of how long a connection idles.
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: config.keepAliveMs },
    nodeHandler(parts, config.allowedOrigins),
  )
  if (config.allowInsecure)
    log.warn(
      'ALLOW_INSECURE is set: http and weak secrets are taken, which is for development alone',
    )
  // A connection whose reader takes nothing for so long; event streams write every 15 s and end by themselves.
  server.setTimeout(connectionGraceMs)
  if (!config.webhook) log.warn('no WEBHOOK_URL: the shop is told nothing and must ask')

  const { metricsPort, metricsHost } = config
  let metrics: Awaited<ReturnType<typeof listenForMetrics>> | null = null
  try {
    const names = { port: 'PORT', host: 'HOST' }
    await listen(server, { port: config.port, host: config.host, names })
    if (metricsPort !== null)
      metrics = await listenForMetrics(parts.metrics, metricsPort, metricsHost)
    await parts.resume()
  } catch (error) {
    // Another server may have the database from now on.
    server.close()
    await metrics?.close()
    await parts.drain()
    await parts.close()
    throw error
  }
  const url = urlOf(server.address() as AddressInfo)
  const metricsUrl = metrics && `${urlOf(metrics.address)}/metrics`
  log.info({ url, metricsUrl, confirmation: config.confirmation }, 'ready')

  return {
    url,
    /** Null without a METRICS_PORT. */
    metricsUrl,
    parts,
    /** Drains and stops: new requests are refused, streams told to come back, calls in flight finished. */
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      const cut = setTimeout(() => server.closeAllConnections(), shutdownTimeoutMs)
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

const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`

type Parts = Awaited<ReturnType<typeof compose>>

/** The event stream is written at the floor of what Node can do; everything else is the plain fetch handler. */
export function nodeHandler(parts: Parts, origins: ReadonlySet<string>) {
  const { app, checkouts, sse, isDraining, errorToResponse, forwardedCheck } = parts
  const streamEvents = nodeEvents({ checkouts, sse, origins, isDraining, errorToResponse })
  // HTTP/1.0 needs no Host, and load balancers ask so whether we are well; nothing here depends on the name.
  const everythingElse = getRequestListener(app.fetch, { hostname: 'localhost' })
  const pipelined = new PipelineLimit()
  return (
    request: Parameters<typeof everythingElse>[0],
    response: Parameters<typeof everythingElse>[1],
  ): void => {
    if (!pipelined.admit(request, response)) return
    forwardedCheck.look(request)
    const path = pathOf(request.url ?? '')
    const isProbe = request.headers[probeHeader] !== undefined
    if (path === eventsPath && request.method === 'GET' && !isProbe) streamEvents(request, response)
    else if (isNormalPath(path)) void everythingElse(request, response)
    else refuseOnNode(response, errorToResponse(new CheckoutError('not_found')))
  }
}
