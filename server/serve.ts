import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { getRequestListener } from '@hono/node-server'
import { systemClock } from './core/clock.ts'
import type { Clock } from './core/clock.ts'
import { compose } from './compose.ts'
import { stampOf } from './compose/merchants-reload.ts'
import { merchantsFileOf, readConfiguration } from './config.ts'
import type { Configuration, Environment } from './config.ts'
import { CheckoutError } from './core/errors.ts'
import { isNormalPath, pathOf, PipelineLimit } from './http/limits.ts'
import { listen } from './listening.ts'
import type { Listener } from './listening.ts'
import { createLog } from './log.ts'
import type { Log } from './log.ts'
import { listenForMetrics } from './ops/metrics-listener.ts'
import { probeHeader } from './ops/probe-tokens.ts'
import { nodeEvents, refuseOnNode, wantsEvents } from './http/events.ts'

export interface ServeOptions {
  readonly log?: Log
  readonly clock?: Clock
  /** The folder of the built widget; default: `widget/dist`, or in the package of the server. */
  readonly assets?: URL
  /** Aborts the wait for another server to release the database (`DATABASE_WAIT_SECONDS`). */
  readonly signal?: AbortSignal
}

/** For connections whose client reads nothing; event streams write every 5 s and end by themselves. */
const idleTimeoutMs = 120_000

/** Connections that are still open this long after the start of a shutdown are destroyed. */
const shutdownTimeoutMs = 9_000

const builtWidget = import.meta.url.endsWith('.ts')
  ? new URL('../widget/dist/', import.meta.url)
  : new URL('./widget/', import.meta.url)

/**
 * Starts the BFF on Node.
 *
 * @throws ConfigError that lists all problems of the environment.
 * @throws CannotListen where a port or an address is not free to listen on.
 */
export async function startServer(env: Environment, options: ServeOptions = {}) {
  // A change from now on is noticed, however long the server then waits for the database.
  const merchantsStamp = await stampOf(merchantsFileOf(env))
  const configuration = readConfiguration(env)
  const { server, merchants, isShared } = configuration
  const log = options.log ?? createLog(server.logLevel)
  const parts = await compose(
    configuration,
    options.clock ?? systemClock,
    log,
    options.assets ?? builtWidget,
    { ...options, merchantsStamp, readAgain: () => readConfiguration(env) },
  )
  if (server.allowInsecure)
    log.warn('ALLOW_INSECURE is set: http and weak secrets are accepted, for development only')
  if (server.receiptKeys.length === 0) log.info('RECEIPT_KEY is not set: no receipts are signed')
  const { main, metrics } = await open(parts, server)
  const metricsUrl = metrics && `${metrics.url}/metrics`
  const about = isShared
    ? { merchants: merchants.map(({ merchantId }) => merchantId) }
    : { confirmation: merchants[0]?.confirmation }
  log.info({ url: main.url, metricsUrl, ...about }, 'ready')

  return {
    url: main.url,
    /** Null without a METRICS_PORT. */
    metricsUrl,
    parts,
    /** Reads the settings of several merchants again, and goes on with them. Never rejects. */
    reload: () =>
      parts.reload().catch((error: unknown) => {
        log.error({ err: error }, 'reloading the merchants failed')
      }),
    /** Refuses new requests, ends event streams with `retry`, finishes calls in flight, and stops. */
    async close(): Promise<void> {
      const closed = main.close(shutdownTimeoutMs)
      await parts.drain()
      await closed
      await metrics?.close()
      await parts.close()
    },
  }
}

/** Listens for requests and for metrics, and takes up unfinished checkouts; leaves nothing open where that fails. */
async function open(parts: Parts, config: Configuration['server']) {
  const { host, port, metricsHost, metricsPort, keepAliveMs } = config
  const server = createServer(
    // [node] the time for the headers begins with a request's first byte, so idle connections do not count.
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: keepAliveMs },
    traced(nodeHandler(parts), parts),
  )
  server.setTimeout(idleTimeoutMs)
  let metrics: Listener | null = null
  try {
    const main = await listen(server, { port, host, names: { port: 'PORT', host: 'HOST' } })
    if (metricsPort !== null)
      metrics = await listenForMetrics(parts.metrics, metricsPort, metricsHost)
    await parts.resume()
    return { main, metrics }
  } catch (error) {
    // Another server may have the database from now on.
    server.close()
    await metrics?.close()
    await parts.drain()
    await parts.close()
    throw error
  }
}

type Parts = Awaited<ReturnType<typeof compose>>

/** Event streams last longer than a trace, so that they are none of its requests. */
function traced(handler: RequestListener, { tracing, app }: Parts): RequestListener {
  if (!tracing) return handler
  const routes = app.routes.map(({ path }) => path)
  const handlerWithSpans = tracing.requests(
    handler,
    routes.filter((path) => /^\/v1\/[^*]+$/.test(path)),
  )
  return (request, response) =>
    (isForEvents(request) ? handler : handlerWithSpans)(request, response)
}

const isForEvents = ({ method, url, headers }: IncomingMessage | Http2ServerRequest): boolean =>
  method === 'GET' && wantsEvents(pathOf(url ?? ''), headers.accept)

/** Event streams are written with Node's own means, for speed; everything else goes through the fetch handler. */
export function nodeHandler(parts: Parts) {
  const { app, merchants, errorToResponse, forwardedCheck, securityLog } = parts
  const streamEvents = nodeEvents({ merchants, origins: merchants.origins, errorToResponse })
  // HTTP/1.0 needs no Host, and load balancers probe with it; nothing here depends on the name.
  const everythingElse = getRequestListener(app.fetch, { hostname: 'localhost' })
  const pipelined = new PipelineLimit(() => securityLog.record('limit_pipelined'))
  return (
    request: Parameters<typeof everythingElse>[0],
    response: Parameters<typeof everythingElse>[1],
  ): void => {
    if (!pipelined.admit(request, response)) return
    forwardedCheck.look(request)
    const path = pathOf(request.url ?? '')
    const isProbe = request.headers[probeHeader] !== undefined
    if (isForEvents(request) && !isProbe) streamEvents(request, response)
    else if (isNormalPath(path)) void everythingElse(request, response)
    else refuseOnNode(response, errorToResponse(new CheckoutError('not_found')))
  }
}
