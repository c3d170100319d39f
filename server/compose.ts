import { createApp } from './app.ts'
import type { Unreadiness } from './app.ts'
import { Doorbells } from './checkout/doorbells.ts'
import { Feed } from './checkout/feed.ts'
import { Ledger } from './checkout/ledger.ts'
import { Refunds } from './checkout/refunds.ts'
import { Checkouts } from './checkout/service.ts'
import { paymentViews, snapshotOf } from './checkout/snapshot.ts'
import type { Checkout } from './checkout/checkout.ts'
import { housekeeping } from './checkout/housekeeping.ts'
import { lateWatch } from './checkout/late-watch.ts'
import { Lifetimes } from './checkout/lifetimes.ts'
import { Watcher } from './checkout/watcher.ts'
import { steadyClock, toTime } from './clock.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { refusals, securityEventOf } from './errors.ts'
import { ForwardedCheck } from './forwarded-check.ts'
import { hashKeysOf } from './hash-key.ts'
import type { Log } from './log.ts'
import { CredentialsHealth } from './ops/credentials-health.ts'
import { checkoutCounts } from './ops/checkout-counts.ts'
import { watchForeignWrites } from './ops/foreign-writes.ts'
import { measuredOutbox } from './ops/measured-outbox.ts'
import { measuredProvider } from './ops/measured-provider.ts'
import { Metrics } from './ops/metrics.ts'
import { refundCounts } from './ops/refunds.ts'
import { opsRoutes } from './ops/routes.ts'
import { WriteProbe } from './ops/write-probe.ts'
import { configuredProviders } from './providers/configured.ts'
import { Providers } from './providers/provider.ts'
import type { Snapshot } from './protocol.ts'
import { createSecrets } from './secrets.ts'
import { SecurityLog } from './security-log.ts'
import { checkoutStore } from './store/checkout-store.ts'
import { Database } from './store/database.ts'
import { outboxStore } from './store/outbox-store.ts'
import { Streams } from './streams.ts'
import { shopGate } from './webhooks/gate.ts'
import { settleBacklog } from './webhooks/backlog.ts'
import { WebhookSender } from './webhooks/sender.ts'

/** What still waits for the disk when the server is told to stop may wait this long, of the 9 s that a stop may take. */
const drainPatience = 5_000

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
  const store = checkoutStore(database, { tellsShop: config.webhook !== null })
  const outbox = outboxStore(database)
  const feed = new Feed()
  const hashKeys = hashKeysOf(config)
  const secrets = createSecrets(hashKeys.current, () => clock.now(), hashKeys.former)
  const metrics: Metrics = new Metrics({
    countByStatus: checkoutCounts(database, clock),
    backlog: () => (config.webhook ? outbox.backlog() : Promise.resolve(null)),
    webhooksDisabled: (): boolean => sender !== null && sender.disabledAt !== null,
    webhooksSpaced: (): boolean => sender !== null && sender.isSpaced,
    refunds: refundCounts(store, clock),
    watched: () => watcher.size,
    lateChecksDue: () => store.countLateChecks(clock.now()),
    openStreams: () => streams.size,
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
  const gate =
    webhook &&
    authorize &&
    shopGate({ ...authorize, secrets: webhook.secrets, clock: machineClock, log })
  const sender: WebhookSender | null =
    config.webhook &&
    new WebhookSender({
      outbox: measuredOutbox(outbox, metrics),
      clock,
      log,
      random: Math.random,
      ...config.webhook,
    })
  const ledger = new Ledger({
    store,
    feed,
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
      watcher.follow(checkout)
      if (checkout.late && events.some(({ type }) => type === 'checkout.paid')) latePayments.hurry()
      if (events.length > 0) sender?.wake()
    },
  })
  const watcher = new Watcher({
    ledger,
    providers,
    clock,
    codeTries,
    gate,
    onTrouble: (error, checkout) =>
      log.error({ err: error, checkout }, 'a step failed and will be taken again'),
    onStep: (lateMs) => metrics.stepTaken(lateMs),
    onIdle: ({ expiresAt }) => lifetimes.notice(expiresAt),
  })
  const lifetimes = new Lifetimes({
    store,
    ledger,
    clock,
    onTrouble: (error) => log.error({ err: error }, 'closing what nobody paid failed'),
  })
  const latePayments = lateWatch({
    store,
    ledger,
    watcher,
    providers,
    clock,
    onTrouble: (error) => log.error({ err: error }, 'looking for late payments failed'),
  })
  const refunds = new Refunds({
    store,
    ledger,
    providers,
    clock,
    newId: secrets.newId,
    onTrouble: (error) => log.error({ err: error }, 'a refund is not settled'),
    onUnsettled: (checkout, refund, { type, evidence: { call, code } }) =>
      log.warn({ checkout, refund, type, call, code }, 'a refund will be asked for again'),
    onConcern: (checkout, { id, lastAnswer }, concern) =>
      log.error(
        { checkout, refund: id, concern, call: lastAnswer?.call, code: lastAnswer?.code },
        'a refund is not settled: a person must look',
      ),
  })
  const cleaning = housekeeping({
    store,
    clock,
    onTrouble: (error) => log.error({ err: error }, 'old data could not be removed'),
  })
  const checkouts = new Checkouts({
    ...config,
    store,
    ledger,
    watcher,
    feed,
    providers,
    clock,
    secrets,
  })
  const doorbells = new Doorbells({
    ...{ store, ledger, watcher, providers, clock },
    publicUrl: config.publicUrl,
    hasGate: gate !== null,
    onUnproven(checkout) {
      metrics.callbackUnproven()
      log.error({ checkout }, 'a callback could not be proven: check NETGIRO_SECRET_KEY')
    },
  })
  const streams = new Streams({
    feed,
    clock,
    toSnapshot,
    random: Math.random,
    most: config.mostStreams,
  })
  const foreignWrites = watchForeignWrites({
    database,
    clock,
    async onWrite(checkoutIds) {
      for (const id of checkoutIds) await ledger.refresh(id)
      // It was an operator with a command: `resend`, or `reconcile`.
      sender?.enable()
    },
    onTrouble: (error) => log.error({ err: error }, 'looking for foreign writes failed'),
  })
  const writeProbe = new WriteProbe(database, clock, (error) =>
    log.error({ err: error }, 'the database takes no writes'),
  )
  const securityLog = new SecurityLog({ log, clock, onEvent: (event) => metrics.security(event) })
  const refuse = refusals(
    (error) => {
      metrics.refused(error.code)
      const event = securityEventOf(error)
      if (event) securityLog.record(event, error.more.origin)
      else log.debug({ code: error.code, detail: error.more.detail }, 'refused')
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
    refuse,
    underscoredHeader: config.netgiro.api === 'v1' ? 'netgiro_signature' : null,
    origins: config.allowedOrigins,
    keyedAll: secrets.keyedAll,
    checkouts,
    doorbells,
    refunds,
    outbox,
    streams,
    toSnapshot,
    assets,
    log,
    isDraining: () => isDraining,
    credentialsRefused: () => [...new Set(credentials.refused().map(({ provider }) => provider))],
    async whyNotReady(): Promise<Unreadiness | null> {
      if (isDraining) return 'shutting_down'
      if (!isResumed) return 'starting'
      return (await writeProbe.isWritable()) ? null : 'database_not_writable'
    },
  })

  return {
    app,
    checkouts,
    refunds,
    streams,
    watcher,
    metrics,
    refuse,
    forwardedCheck: new ForwardedCheck(config.trustedProxies, log),
    isDraining: () => isDraining,
    /** Which credentials a provider does not take; empty: none that we know of. */
    refusedCredentials: () => credentials.refused(),
    /** Takes up what is unfinished; call once, before the first request. */
    async resume(): Promise<void> {
      // A lock of another program keeps no server from its checkouts; the next start brings back what is left.
      await store
        .bringBack(clock.now())
        .catch((error: unknown) =>
          log.error({ err: error }, 'times in the future could not be brought back'),
        )
      const unfinished = await store.unfinished()
      if (unfinished.length > 0)
        log.info({ count: unfinished.length }, 'resuming unfinished checkouts')
      await watcher.resume(unfinished)
      // A lock of another program keeps no server from its checkouts; the next start sets aside what is left.
      await settleBacklog({ outbox, clock, log, isTold: sender !== null }).catch((error: unknown) =>
        log.error({ err: error }, 'old events could not be set aside'),
      )
      sender?.wake()
      lifetimes.begin()
      latePayments.begin()
      refunds.begin()
      cleaning.begin()
      await foreignWrites.begin()
      isResumed = true
    },
    /** Not ready, streams ended with `retry`, calls in flight finished. */
    async drain(): Promise<void> {
      isDraining = true
      database.limitPatience(drainPatience)
      streams.drain()
      doorbells.stop()
      await Promise.all([
        watcher.stop(),
        lifetimes.stop(),
        latePayments.stop(),
        refunds.stop(),
        cleaning.stop(),
        foreignWrites.stop(),
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
