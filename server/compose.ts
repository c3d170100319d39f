import { CorrectedClock, steadyClock } from './core/clock.ts'
import type { Clock } from './core/clock.ts'
import { createHttp } from './compose/http.ts'
import type { RunningMerchant } from './compose/merchant.ts'
import { RunningMerchants } from './compose/merchants.ts'
import { MerchantsReload } from './compose/merchants-reload.ts'
import { createMonitoring } from './compose/monitoring.ts'
import type { Monitoring } from './compose/monitoring.ts'
import { createReplication } from './compose/replication.ts'
import { createSharedServices, Lifecycle } from './compose/services.ts'
import { openStorage } from './compose/storage.ts'
import type { Configuration, ServerConfig } from './config.ts'
import { ForwardedCheck } from './http/forwarded-check.ts'
import type { Log } from './log.ts'
import { checkoutCounts } from './ops/checkout-counts.ts'
import { ServerMetrics } from './ops/server-metrics.ts'
import type { Tracing } from './ops/tracing/tracing.ts'
import { receiptKeys } from './receipts.ts'

/** How long a stop waits for the database to take what is not on disk yet. */
const drainTimeoutMs = 5_000

interface ComposeOptions {
  /** Ends the wait for another server that has the database. */
  readonly signal?: AbortSignal | undefined
  /** Reads the settings again, for a reload of the merchants; absent: they stay as they are. */
  readonly readAgain?: () => Configuration
  /** Of the file of merchants before it was read; see `stampOf`. */
  readonly merchantsStamp?: string | null
}

/**
 * A server, of all its parts, that is yet to be started.
 *
 * @param assets - where the built widget lies
 */
export async function compose(
  configuration: Configuration,
  machineClock: Clock,
  log: Log,
  assets: URL,
  options: ComposeOptions = {},
) {
  const parts = await createParts(configuration, machineClock, log, assets, options)
  const { app, storage, lifecycle, services, replication, merchants, reload } = parts
  const { metrics, tracing } = parts

  return {
    app,
    merchants,
    ...partsOf(merchants.first),
    metrics,
    /** Null: nothing is traced. */
    tracing,
    errorToResponse: parts.monitoring.errorToResponse,
    securityLog: parts.monitoring.securityLog,
    forwardedCheck: new ForwardedCheck(configuration.server.trustedProxies, log),
    isDraining: parts.isDraining,
    /** The partitions that this server acts on; none where it has the database to itself. */
    partitions: () => storage.database.cluster?.leases.partitions ?? [],
    /** Whether commands about the checkout are carried out here. */
    owns: (checkoutId: string) => replication.ownership.accepts(checkoutId),
    /** The credentials that a provider refuses, as far as we know. */
    refusedCredentials: () => [...merchants].flatMap((merchant) => merchant.refusedCredentials()),
    /** Reads the merchants again, and goes on with them. */
    async reload(): Promise<void> {
      if (reload) await reload.reload()
      else log.info('MERCHANTS is not set: there is nothing to read again')
    },
    /** Starts the services; call once, before the first request. */
    async resume(): Promise<void> {
      try {
        await lifecycle.start(services)
      } catch (error) {
        throw storage.database.explain(error)
      }
    },
    /** Ends the event streams with `retry` and waits for the calls that are out; the server is not ready any more. */
    async drain(): Promise<void> {
      lifecycle.beginDrain()
      storage.database.limitWaiting(drainTimeoutMs)
      merchants.drain()
      const stopped = lifecycle.stop()
      // The others go on at once, while webhooks and refunds are still under way here.
      await Promise.all([replication.leave(), stopped])
      await replication.release()
    },
    async close(): Promise<void> {
      await merchants.close()
      await storage.database.close()
      await tracing?.close()
    },
  }
}

/** Creates every part once and hands it to the parts that need it: the one place where the modules meet. */
async function createParts(
  configuration: Configuration,
  machineClock: Clock,
  log: Log,
  assets: URL,
  { signal, readAgain, merchantsStamp }: ComposeOptions,
) {
  const { server, isShared } = configuration
  const tracing = await openTracing(server, log)
  // Servers that share a database go by its clock. Only what others compare with their own (signatures, nonces) is stamped by
  // the machine's.
  const corrected = new CorrectedClock(machineClock)
  const steady = steadyClock(corrected)
  const clock = tracing ? tracing.clock(steady) : steady
  const lifecycle = new Lifecycle()
  const storage = await openStorage(configuration, {
    ...{ clock, machineClock, log, signal },
    onClock: (ahead) => corrected.correct(ahead),
  })
  const monitoring = createMonitoring(providersOf(configuration), storage, clock, log)
  const countByMerchant = checkoutCounts(storage.database, clock)
  const isDraining = () => lifecycle.isDraining
  const receipts = receiptKeys(server.receiptKeys, server.publicUrl)
  const replication = createReplication({ storage, tracing, log })
  const merchants = new RunningMerchants(
    {
      ...{ isShared, server, storage, monitoring, countByMerchant, clock, machineClock, log },
      ...{ receipts, tracing, isDraining, replication },
    },
    configuration.merchants,
  )
  const reload = createReload(configuration, {
    ...{ merchants, monitoring, clock, log, readAgain, merchantsStamp },
  })
  const services = createSharedServices({
    ...{ storage, merchants, reload, clock, log, descriptors: monitoring.descriptors },
    replication: replication.connect(merchants),
  })
  const metrics = new ServerMetrics(monitoring.metrics, isShared ? merchants : [])
  if (server.adminToken !== null || server.metricsPort !== null) monitoring.metrics.withProcess()
  const app = createHttp({
    ...{ configuration, storage, monitoring, metrics, merchants, receipts, lifecycle },
    ...{ clock, machineClock, log, assets },
  })

  return {
    ...{ app, storage, monitoring, lifecycle, services, replication, merchants, reload },
    ...{ metrics, tracing, isDraining },
  }
}

/** For callers that know of one merchant only. */
const partsOf = ({ checkouts, refunds, sse, core: { worker } }: RunningMerchant) => {
  return { checkouts, refunds, sse, worker }
}

interface ReloadParts {
  readonly merchants: RunningMerchants
  readonly monitoring: Monitoring
  readonly clock: Clock
  readonly log: Log
  readonly readAgain: ComposeOptions['readAgain']
  readonly merchantsStamp: ComposeOptions['merchantsStamp']
}

/** Null: there is one merchant, whose settings do not change. */
function createReload(
  configuration: Configuration,
  { merchants, monitoring, clock, log, readAgain, merchantsStamp = null }: ReloadParts,
): MerchantsReload | null {
  if (!configuration.isShared) return null
  return new MerchantsReload({
    ...{ path: configuration.merchantsFile, stamp: merchantsStamp, clock, log },
    read: () => (readAgain?.() ?? configuration).merchants,
    apply: (configs) => merchants.apply(configs),
    onReload: monitoring.metrics.withReloads(),
  })
}

/** Of one merchant; those of several have metrics of their own. */
function providersOf({ isShared, merchants: [first] }: Configuration): readonly string[] {
  if (isShared || !first) return []
  return ['netgiro', ...(first.avarda ? ['avarda'] : [])]
}

/** Tracing and its API are loaded only where spans are sent. */
async function openTracing({ tracing }: ServerConfig, log: Log): Promise<Tracing | null> {
  if (!tracing) return null
  const { startTracing } = await import('./ops/tracing/start-tracing.ts')
  return startTracing(tracing, log)
}
