import type { Clock } from '../core/clock.ts'
import { CheckoutError, securityEventOf, tryAgainShortly } from '../core/errors.ts'
import { errorHandler } from '../http/problem.ts'
import type { ErrorToResponse } from '../http/problem.ts'
import type { Log } from '../log.ts'
import { CredentialsHealth } from '../ops/credentials-health.ts'
import { DescriptorWatch } from '../ops/descriptor-watch.ts'
import { Metrics } from '../ops/metrics.ts'
import type { Sources } from '../ops/metrics.ts'
import { refundCounts } from '../ops/refunds.ts'
import { SecurityLog } from '../security-log.ts'
import type { Core } from './core.ts'
import type { SharedStorage, Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'

/**
 * What the other parts report to.
 *
 * @param providers - the names of the configured ones
 * @param merchant - one of several: what is its own, beside what it shares with the others
 */
export function createMonitoring(
  providers: readonly string[],
  { database, readinessProbe }: Pick<SharedStorage, 'database' | 'readinessProbe'>,
  clock: Clock,
  log: Log,
  merchant: { readonly id: string; readonly descriptors: DescriptorWatch } | null = null,
) {
  const metrics = new Metrics(providers, merchant ? { merchant: merchant.id } : {})
  const descriptors = merchant?.descriptors ?? new DescriptorWatch({ clock, log })
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
  /** Every request fails alike now: the probe logs why, at most once a second. What it does not meet is logged here. */
  const logWhyAway = async (error: unknown) => {
    const isWritable = await readinessProbe.isWritable()
    if (isWritable && database.isAway(error)) log.error({ err: error }, 'request failed')
  }
  const errorToResponse: ErrorToResponse = (error) => {
    const isUnavailable = error instanceof CheckoutError && error.code === 'temporarily_unavailable'
    if (!isUnavailable && !database.isAway(error)) return refuse(error)
    void logWhyAway(isUnavailable ? error.cause : error)
    return refuse(isUnavailable ? error : tryAgainShortly())
  }
  /** Undefined where the database is away, or silent, which a scrape has no time to find out. */
  const readIfThere = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    if (database.kind === 'server' && !(await readinessProbe.isWritable())) return undefined
    try {
      return await read()
    } catch (error) {
      if (!database.isAway(error)) throw error
      void logWhyAway(error)
      return undefined
    }
  }
  return { metrics, credentials, descriptors, securityLog, errorToResponse, readIfThere }
}

export type Monitoring = ReturnType<typeof createMonitoring>

interface Observed {
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly core: Core
  readonly sse: { readonly size: number }
  readonly clock: Clock
  readonly countByStatus: Sources['countByStatus']
}

/** Adds to the metrics what is looked up in the other parts. */
export function observe(
  { metrics, readIfThere }: Pick<Monitoring, 'metrics' | 'readIfThere'>,
  parts: Observed,
): void {
  const { storage, webhooks, core, sse, clock, countByStatus } = parts
  const { store, outbox } = storage
  const { sender } = webhooks
  const countRefunds = refundCounts(store, clock)
  metrics.observe({
    countByStatus: () => readIfThere(countByStatus),
    backlog: () => (sender ? readIfThere(() => outbox.backlog()) : Promise.resolve(null)),
    webhooksDisabled: () => sender !== null && sender.disabledAt !== null,
    webhooksSpaced: () => sender !== null && sender.isSpaced,
    refunds: () => readIfThere(countRefunds),
    inReview: () => readIfThere(() => store.countInReview()),
    tracked: () => core.worker.size,
    lateChecksDue: () => readIfThere(() => store.countLateChecks(clock.now())),
    openStreams: () => sse.size,
    now: () => clock.now(),
  })
}
