import type { Config } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import { CheckoutError, securityEventOf } from '../core/errors.ts'
import { errorHandler } from '../http/problem.ts'
import type { ErrorToResponse } from '../http/problem.ts'
import type { Log } from '../log.ts'
import { checkoutCounts } from '../ops/checkout-counts.ts'
import { CredentialsHealth } from '../ops/credentials-health.ts'
import { Metrics } from '../ops/metrics.ts'
import { ReadinessProbe } from '../ops/readiness-probe.ts'
import { refundCounts } from '../ops/refunds.ts'
import { SecurityLog } from '../security-log.ts'
import type { Core } from './core.ts'
import type { Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'

/**
 * What the other parts report to.
 *
 * @param providers - the names of the configured ones
 */
export function createMonitoring(
  providers: readonly string[],
  { database }: Storage,
  clock: Clock,
  log: Log,
) {
  const metrics = new Metrics(providers)
  const credentials = new CredentialsHealth({
    clock,
    onRefused: ({ provider, api, scope }) =>
      log.error({ provider, api, scope }, 'the provider refuses our credentials'),
    onAccepted: ({ provider, api, scope }) =>
      log.info({ provider, api, scope }, 'the provider accepts our credentials again'),
  })
  const securityLog = new SecurityLog({ log, clock, onEvent: (event) => metrics.security(event) })
  const refuse = errorHandler(
    (error) => {
      metrics.refused(error.code)
      const event = securityEventOf(error)
      if (event) securityLog.record(event, error.details.origin)
      else log.debug({ code: error.code, detail: error.details.detail }, 'refused')
    },
    (error) => log.error({ err: error }, 'request failed'),
  )
  const readinessProbe = new ReadinessProbe(database, clock, (error) =>
    log.error({ err: error }, 'database is not writable'),
  )
  const errorToResponse: ErrorToResponse = (error) => {
    if (!database.isAway(error)) return refuse(error)
    // Every request fails alike now: the probe logs why, at most once a second.
    void readinessProbe.isWritable()
    return refuse(new CheckoutError('temporarily_unavailable', { retryAfter: 2 }))
  }
  return { metrics, credentials, securityLog, errorToResponse, readinessProbe }
}

export type Monitoring = ReturnType<typeof createMonitoring>

interface Observed {
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly core: Core
  readonly sse: { readonly size: number }
  readonly clock: Clock
}

/** Adds to the metrics what is looked up in the other parts. */
export function observe(
  metrics: Metrics,
  { adminToken, metricsPort }: Pick<Config, 'adminToken' | 'metricsPort'>,
  parts: Observed,
): void {
  const { storage, webhooks, core, sse, clock } = parts
  const { database, store, outbox } = storage
  const { sender } = webhooks
  metrics.observe({
    countByStatus: checkoutCounts(database, clock),
    backlog: () => (sender ? outbox.backlog() : Promise.resolve(null)),
    webhooksDisabled: () => sender !== null && sender.disabledAt !== null,
    webhooksSpaced: () => sender !== null && sender.isSpaced,
    refunds: refundCounts(store, clock),
    tracked: () => core.worker.size,
    lateChecksDue: () => store.countLateChecks(clock.now()),
    openStreams: () => sse.size,
    now: () => clock.now(),
  })
  if (adminToken !== null || metricsPort !== null) metrics.withProcess()
}
