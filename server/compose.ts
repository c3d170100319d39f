import { createApp } from './http/app.ts'
import type { NotReadyReason } from './http/app.ts'
import { Callbacks } from './core/callbacks.ts'
import { PubSub } from './core/pubsub.ts'
import { CheckoutRepository } from './core/repository.ts'
import { Refunds } from './core/refunds.ts'
import { Checkouts } from './core/checkouts.ts'
import { paymentViews, snapshotOf } from './core/views.ts'
import type { Checkout } from './core/checkout.ts'
import { retention } from './core/jobs/retention.ts'
import { findLatePayments } from './core/jobs/find-late-payments.ts'
import { CheckoutExpirer } from './core/jobs/expire-checkouts.ts'
import { AttemptWorker } from './core/attempts/attempt-worker.ts'
import { steadyClock, toTime } from './core/clock.ts'
import type { Clock } from './core/clock.ts'
import type { Config } from './config.ts'
import { securityEventOf } from './core/errors.ts'
import { errorHandler } from './http/problem.ts'
import { ForwardedCheck } from './http/forwarded-check.ts'
import { hashKeysOf } from './hash-key.ts'
import type { Log } from './log.ts'
import { CredentialsHealth } from './ops/credentials-health.ts'
import { checkoutCounts } from './ops/checkout-counts.ts'
import { watchExternalChanges } from './ops/external-changes.ts'
import { measuredOutbox } from './ops/measured-outbox.ts'
import { measuredProvider } from './ops/measured-provider.ts'
import { Metrics } from './ops/metrics.ts'
import { refundCounts } from './ops/refunds.ts'
import { opsRoutes } from './ops/routes.ts'
import { ReadinessProbe } from './ops/readiness-probe.ts'
import { configuredProviders } from './providers/configured.ts'
import { Providers } from './core/provider.ts'
import type { Snapshot } from './protocol/index.ts'
import { createSecrets } from './crypto.ts'
import { SecurityLog } from './security-log.ts'
import { checkoutStore } from './store/checkout-store.ts'
import { Database } from './store/database.ts'
import { outboxStore } from './store/outbox-store.ts'
import { SseHub } from './http/sse.ts'
import { captureApprovalHook } from './webhooks/capture-approval.ts'
import { skipOldEvents } from './webhooks/skip-old-events.ts'
import { WebhookSender } from './webhooks/sender.ts'

/** What still waits for the disk when the server is told to stop may wait this long, of the 9 s that a stop may take. */
const drainTimeoutMs = 5_000

/**
 * Every part made once and handed to those who need it: the one place where the rooms meet. `signal` ends the wait for
 * another server that has the database.
 */
export async function compose(
  config: Config,
  machineClock: Clock,
  log: Log,
  assets: URL,
  signal?: AbortSignal,
) {
  // Only what others compare with their own clock (signatures, nonces) is stamped by the machine's.
  const clock = steadyClock(machineClock)
  const database = await openDatabase(config, clock, log, signal)
  const store = checkoutStore(database, { sendsWebhooks: config.webhook !== null })
  const outbox = outboxStore(database)
  const pubsub = new PubSub()
  const hashKeys = hashKeysOf(config)
  const secrets = createSecrets(hashKeys.current, () => clock.now(), hashKeys.former)
  const metrics: Metrics = new Metrics({
    countByStatus: checkoutCounts(database, clock),
    backlog: () => (config.webhook ? outbox.backlog() : Promise.resolve(null)),
    webhooksDisabled: (): boolean => sender !== null && sender.disabledAt !== null,
    webhooksSpaced: (): boolean => sender !== null && sender.isSpaced,
    refunds: refundCounts(store, clock),
    tracked: () => worker.size,
    lateChecksDue: () => store.countLateChecks(clock.now()),
    openStreams: () => sse.size,
    now: () => clock.now(),
    providers: ['netgiro', ...(config.avarda ? ['avarda'] : [])],
  })
  const credentials = new CredentialsHealth({
    clock,
    onRefused: ({ provider, api, scope }) =>
      log.error({ provider, api, scope }, 'the provider refuses our credentials'),
    onAccepted: ({ provider, api, scope }) =>
      log.info({ provider, api, scope }, 'the provider takes our credentials again'),
  })
  if (config.adminToken !== null || config.metricsPort !== null) metrics.withProcess()
  const providers = new Providers(
    configuredProviders(config, () => machineClock.now()).map((provider) =>
      measuredProvider(provider, metrics, clock, credentials),
    ),
  )
  const { merchantName: merchant, codeTries } = config
  const toSnapshot = (checkout: Checkout): Snapshot =>
    snapshotOf(checkout, { merchant, codeTries, now: clock.now() })
  let isResumed = false
  let isDraining = false

  const { webhook, authorize } = config
  const captureApproval =
    webhook &&
    authorize &&
    captureApprovalHook({ ...authorize, secrets: webhook.secrets, clock: machineClock, log })
  const sender: WebhookSender | null =
    config.webhook &&
    new WebhookSender({
      outbox: measuredOutbox(outbox, metrics),
      clock,
      log,
      random: Math.random,
      ...config.webhook,
    })
  const repository = new CheckoutRepository({
    store,
    pubsub,
    clock,
    newId: secrets.newId,
    limits: config.limits,
    onChange(checkout, events) {
      const { id, status, version, review } = checkout
      log.info({ checkout: id, status, version }, 'changed')
      if (events.some(({ type }) => type === 'checkout.review'))
        log.error(
          { checkout: id, review, payments: paymentViews(checkout) },
          'checkout needs manual review',
        )
      worker.track(checkout)
      if (checkout.late && events.some(({ type }) => type === 'checkout.paid'))
        latePayments.runNow()
      if (events.length > 0) sender?.wake()
    },
  })
  const worker = new AttemptWorker({
    repository,
    providers,
    clock,
    codeTries,
    captureApproval,
    onError: (error, checkout) =>
      log.error({ err: error, checkout }, 'a step failed and will be taken again'),
    onActionDelay: (lateMs) => metrics.actionTaken(lateMs),
    onIdle: ({ expiresAt }) => expirer.schedule(expiresAt),
  })
  const expirer = new CheckoutExpirer({
    store,
    repository,
    clock,
    onError: (error) => log.error({ err: error }, 'closing what nobody paid failed'),
  })
  const latePayments = findLatePayments({
    store,
    repository,
    worker,
    providers,
    clock,
    onError: (error) => log.error({ err: error }, 'looking for late payments failed'),
  })
  const refunds = new Refunds({
    store,
    repository,
    providers,
    clock,
    newId: secrets.newId,
    onError: (error) => log.error({ err: error }, 'a refund is not settled'),
    onUnsettled: (checkout, refund, { type, evidence: { call, code } }) =>
      log.warn({ checkout, refund, type, call, code }, 'a refund will be asked for again'),
    onConcern: (checkout, { id, lastAnswer }, concern) =>
      log.error(
        { checkout, refund: id, concern, call: lastAnswer?.call, code: lastAnswer?.code },
        'a refund is not settled: a person must look',
      ),
  })
  const retentionTask = retention({
    store,
    clock,
    onError: (error) => log.error({ err: error }, 'old data could not be removed'),
  })
  const checkouts = new Checkouts({
    ...config,
    store,
    repository,
    worker,
    pubsub,
    providers,
    clock,
    secrets,
  })
  const callbacks = new Callbacks({
    ...{ store, repository, worker, providers, clock },
    publicUrl: config.publicUrl,
    hasCaptureApproval: captureApproval !== null,
    onUnproven(checkout) {
      metrics.callbackUnproven()
      log.error({ checkout }, 'a callback could not be proven: check NETGIRO_SECRET_KEY')
    },
  })
  const sse = new SseHub({
    pubsub,
    clock,
    toSnapshot,
    random: Math.random,
    maxStreams: config.maxStreams,
  })
  const externalChanges = watchExternalChanges({
    database,
    clock,
    async onExternalChange(checkoutIds) {
      for (const id of checkoutIds) await repository.refresh(id)
      // It was an operator with a command: `resend`, or `reconcile`.
      sender?.enable()
    },
    onError: (error) => log.error({ err: error }, 'looking for foreign writes failed'),
  })
  const readinessProbe = new ReadinessProbe(database, clock, (error) =>
    log.error({ err: error }, 'the database takes no writes'),
  )
  const securityLog = new SecurityLog({ log, clock, onEvent: (event) => metrics.security(event) })
  const errorToResponse = errorHandler(
    (error) => {
      metrics.refused(error.code)
      const event = securityEventOf(error)
      if (event) securityLog.record(event, error.details.origin)
      else log.debug({ code: error.code, detail: error.details.detail }, 'refused')
    },
    (error) => log.error({ err: error }, 'request failed'),
  )
  const app = createApp({
    ...config,
    ops: opsRoutes({
      ...config,
      checkouts,
      refunds,
      outbox,
      metrics,
      clock,
      log,
      sender,
      refusedCredentials: () => credentials.refused(),
      onSecurityEvent: (event) => securityLog.record(event),
    }),
    errorToResponse,
    underscoredHeader: config.netgiro.api === 'v1' ? 'netgiro_signature' : null,
    origins: config.allowedOrigins,
    hmacAll: secrets.hmacAll,
    checkouts,
    callbacks,
    refunds,
    outbox,
    sse,
    toSnapshot,
    assets,
    log,
    isDraining: () => isDraining,
    credentialsRefused: () => [...new Set(credentials.refused().map(({ provider }) => provider))],
    async checkReadiness(): Promise<NotReadyReason | null> {
      if (isDraining) return 'shutting_down'
      if (!isResumed) return 'starting'
      return (await readinessProbe.isWritable()) ? null : 'database_not_writable'
    },
  })

  return {
    app,
    checkouts,
    refunds,
    sse,
    worker,
    metrics,
    errorToResponse,
    forwardedCheck: new ForwardedCheck(config.trustedProxies, log),
    isDraining: () => isDraining,
    /** Which credentials a provider does not take; empty: none that we know of. */
    refusedCredentials: () => credentials.refused(),
    /** Takes up what is unfinished; call once, before the first request. */
    async resume(): Promise<void> {
      // A lock of another program keeps no server from its checkouts; the next start brings back what is left.
      await store
        .correctFutureTimes(clock.now())
        .catch((error: unknown) =>
          log.error({ err: error }, 'times in the future could not be brought back'),
        )
      const unfinished = await store.unfinished()
      if (unfinished.length > 0)
        log.info({ count: unfinished.length }, 'resuming unfinished checkouts')
      await worker.resume(unfinished)
      // A lock of another program keeps no server from its checkouts; the next start sets aside what is left.
      await skipOldEvents({ outbox, clock, log, hasWebhook: sender !== null }).catch(
        (error: unknown) => log.error({ err: error }, 'old events could not be set aside'),
      )
      sender?.wake()
      expirer.start()
      latePayments.start()
      refunds.begin()
      retentionTask.begin()
      await externalChanges.begin()
      isResumed = true
    },
    /** Not ready, streams ended with `retry`, calls in flight finished. */
    async drain(): Promise<void> {
      isDraining = true
      database.limitWaiting(drainTimeoutMs)
      sse.drain()
      callbacks.stop()
      await Promise.all([
        worker.stop(),
        expirer.stop(),
        latePayments.stop(),
        refunds.stop(),
        retentionTask.stop(),
        externalChanges.stop(),
        sender?.stop(),
      ])
    },
    async close(): Promise<void> {
      await providers.close()
      await database.close()
    },
  }
}

async function openDatabase(
  { databaseUrl, databaseWaitMs: waitMs }: Config,
  clock: Clock,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<Database> {
  const onWait = () => log.warn('another server has the database: waiting for it to stop')
  const database = await Database.open(databaseUrl, {
    owner: { waitMs, onWait, signal, now: () => clock.now() },
    onDamage: (said) => log.error({ said }, 'the database is damaged: restore a backup'),
  })
  if (database.loss) {
    const { changes, knownAt } = database.loss
    log.error(
      { changes, since: knownAt === null ? null : toTime(knownAt) },
      'the database holds less than it did: run netgiro-checkout reconcile, and look whether a backup was put in its place or a disk is failing',
    )
  }
  return database
}
