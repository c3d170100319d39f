import type { Config } from '../config.ts'
import type { Checkout } from '../core/checkout.ts'
import type { Clock } from '../core/clock.ts'
import { snapshotOf } from '../core/views.ts'
import { createApp } from '../http/app.ts'
import type { NotReadyReason } from '../http/app.ts'
import { SseHub } from '../http/sse.ts'
import type { Log } from '../log.ts'
import { opsRoutes } from '../ops/routes.ts'
import type { Snapshot } from '../protocol/index.ts'
import type { Core } from './core.ts'
import type { Monitoring } from './monitoring.ts'
import type { Replication } from './replication.ts'
import type { Lifecycle } from './services.ts'
import type { Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'
import type { WebhookSender } from '../webhooks/sender.ts'

interface HttpDeps {
  readonly config: Config
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly monitoring: Monitoring
  readonly replication: Pick<Replication, 'tell'>
  readonly core: Core
  readonly lifecycle: Lifecycle
  readonly clock: Clock
  readonly log: Log
  /** Where the built widget lies. */
  readonly assets: URL
}

export function createHttp(deps: HttpDeps) {
  const { config, storage, monitoring, core, lifecycle, clock, log, assets } = deps
  const { merchantName: merchant, codeTries } = config
  const { credentials, readinessProbe } = monitoring
  const toSnapshot = (checkout: Checkout): Snapshot =>
    snapshotOf(checkout, { merchant, codeTries, now: clock.now() })
  const sse = new SseHub({
    ...{ pubsub: core.pubsub, clock, toSnapshot },
    random: Math.random,
    maxStreams: config.maxStreams,
    onEndAll: (id) => deps.replication.tell({ revoked: [id] }),
  })
  const app = createApp({
    ops: createOps(deps),
    errorToResponse: monitoring.errorToResponse,
    underscoredHeader: config.netgiro.api === 'v1' ? 'netgiro_signature' : null,
    origins: config.allowedOrigins,
    merchantKeys: config.merchantKeys,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    hmacAll: storage.secrets.hmacAll,
    checkouts: core.checkouts,
    callbacks: core.callbacks,
    refunds: core.refunds,
    outbox: storage.outbox,
    ...{ sse, toSnapshot, assets, log },
    isDraining: () => lifecycle.isDraining,
    credentialsRefused: () => [...new Set(credentials.refused().map(({ provider }) => provider))],
    async checkReadiness(): Promise<NotReadyReason | null> {
      const reason = lifecycle.notReadyReason
      if (reason !== null) return reason
      return (await readinessProbe.isWritable()) ? null : 'database_not_writable'
    },
  })
  return { app, sse }
}

const createOps = ({ webhooks, monitoring, replication, core, ...deps }: HttpDeps) => {
  const { config, storage, clock, log } = deps
  return opsRoutes({
    adminToken: config.adminToken,
    netgiro: { secretKey: config.netgiro.secretKey },
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    merchantName: config.merchantName,
    checkouts: core.checkouts,
    refunds: core.refunds,
    outbox: storage.outbox,
    metrics: monitoring.metrics,
    clock,
    log,
    sender: webhooks.sender && senderOfAll(webhooks.sender, replication),
    refusedCredentials: () => monitoring.credentials.refused(),
    onSecurityEvent: (event) => monitoring.securityLog.record(event),
  })
}

/** Each server sends the events of its own checkouts: an operator has all of them send again. */
const senderOfAll = (sender: WebhookSender, { tell }: Pick<Replication, 'tell'>) => ({
  get disabledAt() {
    return sender.disabledAt
  },
  enable() {
    sender.enable()
    tell({ resend: true })
  },
})
