import type { Config } from '../config.ts'
import { AttemptWorker } from '../core/attempts/attempt-worker.ts'
import { Callbacks } from '../core/callbacks.ts'
import { Checkouts } from '../core/checkouts.ts'
import type { Clock } from '../core/clock.ts'
import { CheckoutExpirer } from '../core/jobs/expire-checkouts.ts'
import { LatePaymentFinder } from '../core/jobs/find-late-payments.ts'
import { retention } from '../core/jobs/retention.ts'
import { RefundSettler } from '../core/jobs/settle-refunds.ts'
import { Providers } from '../core/provider.ts'
import { PubSub } from '../core/pubsub.ts'
import { Refunds } from '../core/refunds.ts'
import { CheckoutRepository } from '../core/repository.ts'
import type { Log } from '../log.ts'
import { measuredProvider } from '../ops/measured-provider.ts'
import { configuredProviders } from '../providers/configured.ts'
import type { Monitoring } from './monitoring.ts'
import type { Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'

interface CoreDeps {
  readonly config: Config
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly monitoring: Monitoring
  readonly clock: Clock
  /** Stamps what providers compare with their own clocks. */
  readonly machineClock: Clock
  readonly log: Log
}

export function createCore(deps: CoreDeps) {
  const { config, storage, webhooks, monitoring, clock, log } = deps
  const { store, secrets } = storage
  const providers = createProviders(deps)
  const pubsub = new PubSub()
  const { newId } = secrets
  const repository = new CheckoutRepository({ store, pubsub, clock, newId, limits: config.limits })
  const worker = new AttemptWorker({
    repository,
    providers,
    clock,
    codeTries: config.codeTries,
    captureApproval: webhooks.captureApproval,
    onError: (error, checkout) =>
      log.error({ err: error, checkout }, 'attempt step failed, will retry'),
    onActionDelay: (lateMs) => monitoring.metrics.actionTaken(lateMs),
  })
  const jobs = createJobs(deps, { repository, providers, worker })
  const { expirer, settler } = jobs
  const checkouts = new Checkouts({
    ...{ store, repository, worker, expirer, pubsub, providers, clock, secrets },
    publicUrl: config.publicUrl,
    approvalTimeoutMs: config.approvalTimeoutMs,
    lifetimeMs: config.lifetimeMs,
  })
  const refunds = new Refunds({ store, repository, settler, providers, clock, newId })
  const callbacks = new Callbacks({
    ...{ store, repository, worker, providers, clock },
    publicUrl: config.publicUrl,
    hasCaptureApproval: webhooks.captureApproval !== null,
    onUnproven(checkout) {
      monitoring.metrics.callbackUnproven()
      log.error({ checkout }, 'a callback could not be proven: check NETGIRO_SECRET_KEY')
    },
  })
  return { ...jobs, providers, pubsub, repository, worker, checkouts, refunds, callbacks }
}

export type Core = ReturnType<typeof createCore>

const createProviders = ({ config, monitoring, clock, machineClock }: CoreDeps): Providers =>
  new Providers(
    configuredProviders(config, () => machineClock.now()).map((provider) =>
      measuredProvider(provider, monitoring.metrics, clock, monitoring.credentials),
    ),
  )

type JobParts = Pick<
  ConstructorParameters<typeof LatePaymentFinder>[0],
  'repository' | 'providers' | 'worker'
>

function createJobs({ storage: { store }, clock, log }: CoreDeps, parts: JobParts) {
  const { repository, providers } = parts
  const logError = (message: string) => (error: unknown) => log.error({ err: error }, message)
  return {
    expirer: new CheckoutExpirer({
      ...{ store, repository, clock },
      onError: logError('expiring checkouts failed'),
    }),
    latePayments: new LatePaymentFinder({
      ...{ store, clock, ...parts },
      onError: logError('finding late payments failed'),
    }),
    retention: retention({ store, clock, onError: logError('removing old data failed') }),
    settler: new RefundSettler({
      ...{ store, repository, providers, clock },
      onError: logError('refund attempt failed'),
      onUnsettled: (checkout, refund, { type, evidence: { call, code } }) =>
        log.warn({ checkout, refund, type, call, code }, 'refund is not settled, will retry'),
      onConcern: (checkout, { id, lastAnswer }, concern) =>
        log.error(
          { checkout, refund: id, concern, call: lastAnswer?.call, code: lastAnswer?.code },
          'refund needs manual review',
        ),
    }),
  }
}
