import type { Config } from '../config.ts'
import { AttemptWorker } from '../core/attempts/attempt-worker.ts'
import { Callbacks } from '../core/callbacks.ts'
import { Checkouts } from '../core/checkouts.ts'
import type { Clock } from '../core/clock.ts'
import type { CommandRouter } from '../core/commands.ts'
import { CheckoutExpirer } from '../core/jobs/expire-checkouts.ts'
import { LatePaymentFinder } from '../core/jobs/find-late-payments.ts'
import { RefundSettler } from '../core/jobs/settle-refunds.ts'
import type { Ownership } from '../core/ownership.ts'
import { ownedApproval, ownedProvider } from '../core/owned-provider.ts'
import { Providers } from '../core/provider.ts'
import { PubSub } from '../core/pubsub.ts'
import { Refunds } from '../core/refunds.ts'
import { CheckoutRepository } from '../core/repository.ts'
import { Support } from '../core/support.ts'
import type { Log } from '../log.ts'
import { measuredProvider } from '../ops/measured-provider.ts'
import {
  TracedCallbacks,
  TracedCheckouts,
  TracedRefunds,
  TracedRepository,
} from '../ops/tracing/traced-core.ts'
import { tracedProvider } from '../ops/tracing/traced-provider.ts'
import type { Tracing } from '../ops/tracing/tracing.ts'
import { configuredProviders } from '../providers/configured.ts'
import type { ReceiptKeys } from '../receipts.ts'
import { isLoopback } from '../settings/addresses.ts'
import type { Monitoring } from './monitoring.ts'
import type { Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'

interface CoreDeps {
  readonly config: Config
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly monitoring: Monitoring
  readonly receipts: ReceiptKeys
  readonly ownership: Ownership
  readonly router: CommandRouter
  readonly clock: Clock
  /** Stamps what providers compare with their own clocks. */
  readonly machineClock: Clock
  readonly log: Log
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null
  /** Nothing new is accepted for the merchant. */
  readonly isRetired: () => boolean
}

export function createCore(deps: CoreDeps) {
  const { config, storage, webhooks, monitoring, clock, log, tracing } = deps
  const { store, secrets } = storage
  const { ownership, router } = deps
  const providers = createProviders(deps)
  const pubsub = new PubSub()
  const repository = createRepository(deps, pubsub)
  const worker = new AttemptWorker({
    store,
    repository,
    providers,
    clock,
    codeTries: config.codeTries,
    ownership,
    captureApproval: webhooks.captureApproval && ownedApproval(webhooks.captureApproval, ownership),
    onError: (error, checkout) =>
      log.error({ err: error, checkout }, 'attempt step failed, will retry'),
    onActionDelay: (lateMs) => monitoring.metrics.actionTaken(lateMs),
    ...(tracing && { aroundTurn: (id, turn) => tracing.turn(id, turn) }),
  })
  const jobs = createJobs(deps, { repository, providers, worker })
  const { expirer, settler } = jobs
  const hasCaptureApproval = webhooks.captureApproval !== null
  const checkoutsDeps = {
    ...{ store, repository, worker, expirer, pubsub, providers, clock, secrets },
    ...{ ownership, router },
    publicUrl: config.publicUrl,
    approvalTimeoutMs: config.approvalTimeoutMs,
    lifetimeMs: config.lifetimeMs,
    hasCaptureApproval,
    isLocal: isLoopback(new URL(config.publicUrl).hostname),
    isRetired: deps.isRetired,
  }
  const refundsDeps = { store, repository, settler, providers, clock, router, newId: secrets.newId }
  const callbacksDeps = {
    ...{ store, repository, worker, providers, clock, router, ownership },
    publicUrl: config.publicUrl,
    hasCaptureApproval,
    onUnproven(checkout: string) {
      monitoring.metrics.callbackUnproven()
      log.error({ checkout }, 'a callback could not be proven: check NETGIRO_SECRET_KEY')
    },
  }
  const commands = tracing
    ? {
        checkouts: new TracedCheckouts(checkoutsDeps, tracing),
        refunds: new TracedRefunds(refundsDeps, tracing),
        callbacks: new TracedCallbacks(callbacksDeps, tracing),
      }
    : {
        checkouts: new Checkouts(checkoutsDeps),
        refunds: new Refunds(refundsDeps),
        callbacks: new Callbacks(callbacksDeps),
      }
  const support = new Support({ store, clock })
  return { ...jobs, ...commands, support, providers, pubsub, repository, worker }
}

export type Core = ReturnType<typeof createCore>

function createRepository(
  { config, storage, receipts, clock, tracing, ownership }: CoreDeps,
  pubsub: PubSub,
) {
  const { store, secrets } = storage
  const deps = {
    ...{ store, pubsub, clock, newId: secrets.newId, ownership },
    limits: config.limits,
    receipt: receipts.issue,
  }
  return tracing ? new TracedRepository(deps, tracing) : new CheckoutRepository(deps)
}

function createProviders(deps: CoreDeps) {
  const { config, monitoring, clock, machineClock, tracing, ownership } = deps
  const accounts = configuredProviders(
    config,
    () => machineClock.now(),
    () => ownership.permit(),
  )
  const providers = accounts.map((provider) => {
    const measured = measuredProvider(provider, clock, monitoring)
    return ownership.isShared ? ownedProvider(measured, ownership) : measured
  })
  return new Providers(
    tracing ? providers.map((provider) => tracedProvider(provider, tracing)) : providers,
  )
}

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
