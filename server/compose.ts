import { steadyClock } from './core/clock.ts'
import type { Clock } from './core/clock.ts'
import { createCore } from './compose/core.ts'
import { createHttp } from './compose/http.ts'
import { createReplication } from './compose/replication.ts'
import { createMonitoring, observe } from './compose/monitoring.ts'
import { subscribeAll } from './compose/reactions.ts'
import { createServices, Lifecycle } from './compose/services.ts'
import { openStorage } from './compose/storage.ts'
import { createWebhooks } from './compose/webhooks.ts'
import type { Config } from './config.ts'
import { ForwardedCheck } from './http/forwarded-check.ts'
import type { Log } from './log.ts'
import type { Tracing } from './ops/tracing/tracing.ts'

/** How long a stop waits for what is not on disk yet, of the 9 s that a stop may take. */
const drainTimeoutMs = 5_000

interface OwnerOptions {
  /** Ends the wait for another server that has the database. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Creates every part once and hands it to the parts that need it: the one place where the modules meet.
 *
 * @param assets - where the built widget lies
 */
export async function compose(
  config: Config,
  machineClock: Clock,
  log: Log,
  assets: URL,
  { signal }: OwnerOptions = {},
) {
  const tracing = await openTracing(config, log)
  // Only what others compare with their own clock (signatures, nonces) is stamped by the machine's.
  const steady = steadyClock(machineClock)
  const clock = tracing ? tracing.clock(steady) : steady
  const storage = await openStorage(config, clock, log, signal)
  const providers = ['netgiro', ...(config.avarda ? ['avarda'] : [])]
  const monitoring = createMonitoring(providers, storage, clock, log)
  const { metrics, credentials, errorToResponse } = monitoring
  const webhooks = createWebhooks(config, storage, metrics, { clock, machineClock }, log, tracing)
  const replication = createReplication({ storage, webhooks, clock, log })
  const core = createCore({
    ...{ config, storage, webhooks, monitoring, replication, clock, machineClock, log, tracing },
  })
  subscribeAll(core, webhooks, log)
  const lifecycle = new Lifecycle()
  const { app, sse } = createHttp({
    ...{ config, storage, webhooks, monitoring, replication, core, lifecycle, clock, log, assets },
  })
  lifecycle.take([
    ...createServices({ storage, webhooks, core, clock, log }),
    // Last: from then on there is something to do.
    replication.connect({ core, sse }),
  ])
  observe(metrics, config, { storage, webhooks, core, sse, clock })

  return {
    app,
    checkouts: core.checkouts,
    refunds: core.refunds,
    sse,
    worker: core.worker,
    metrics,
    /** Null: nothing is traced. */
    tracing,
    errorToResponse,
    forwardedCheck: new ForwardedCheck(config.trustedProxies, log),
    /** The partitions that this server acts on; none where it has the database to itself. */
    partitions: () => storage.database.cluster?.leases.partitions ?? [],
    /** Whether commands about the checkout are carried out here. */
    owns: (checkoutId: string) => replication.ownership.accepts(checkoutId),
    isDraining: () => lifecycle.isDraining,
    /** The credentials that a provider refuses, as far as we know. */
    refusedCredentials: () => credentials.refused(),
    /** Starts the services; call once, before the first request. */
    resume: () => lifecycle.start(),
    /** Ends the event streams with `retry` and waits for the calls that are out; the server is not ready any more. */
    async drain(): Promise<void> {
      lifecycle.beginDrain()
      storage.database.limitWaiting(drainTimeoutMs)
      sse.drain()
      core.callbacks.stop()
      const stopped = lifecycle.stop()
      // The others go on with the rest at once.
      await replication.leave(core)
      await stopped
      await replication.release()
    },
    async close(): Promise<void> {
      await core.providers.close()
      await storage.database.close()
      await tracing?.close()
    },
  }
}

/** Tracing and its API are loaded only where spans are sent. */
async function openTracing({ tracing }: Config, log: Log): Promise<Tracing | null> {
  if (!tracing) return null
  const { startTracing } = await import('./ops/tracing/start-tracing.ts')
  return startTracing(tracing, log)
}
