import type { Configuration } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import { createApp } from '../http/app.ts'
import type { NotReadyReason } from '../http/app.ts'
import type { Log } from '../log.ts'
import { opsRoutes } from '../ops/routes.ts'
import type { ServerMetrics } from '../ops/server-metrics.ts'
import type { ReceiptKeys } from '../receipts.ts'
import type { RunningMerchants } from './merchants.ts'
import type { Monitoring } from './monitoring.ts'
import type { Lifecycle } from './services.ts'
import type { SharedStorage } from './storage.ts'

interface HttpDeps {
  readonly configuration: Configuration
  readonly storage: SharedStorage
  readonly monitoring: Monitoring
  readonly metrics: ServerMetrics
  readonly merchants: RunningMerchants
  readonly lifecycle: Lifecycle
  readonly receipts: ReceiptKeys
  readonly clock: Clock
  /** Stamps what others compare with their own clocks. */
  readonly machineClock: Clock
  readonly log: Log
  /** Where the built widget lies. */
  readonly assets: URL
}

export function createHttp(deps: HttpDeps) {
  const { configuration, storage, monitoring, merchants, lifecycle, assets } = deps
  const { server, isShared } = configuration
  const { ucpHandler: name, publicUrl } = server
  const checkReadiness = async (): Promise<NotReadyReason | null> => {
    const reason = lifecycle.notReadyReason
    if (reason !== null) return reason
    return (await storage.readinessProbe.isWritable()) ? null : 'database_not_writable'
  }
  monitoring.metrics.withReadiness(async () => (await checkReadiness()) === null)
  return createApp({
    ucp: name === null ? null : { name, publicUrl },
    ops: createOps(deps),
    errorToResponse: monitoring.errorToResponse,
    publicUrl,
    trustedProxies: server.trustedProxies,
    origins: merchants.origins,
    ...{ merchants, assets, jwks: deps.receipts.jwks },
    // Of several merchants, nothing public says whose.
    credentialsRefused: () =>
      isShared
        ? []
        : [...new Set(merchants.first.refusedCredentials().map(({ provider }) => provider))],
    checkReadiness,
  })
}

function createOps(deps: HttpDeps) {
  const { configuration, storage, monitoring, metrics, merchants, clock, machineClock } = deps
  const { server, isShared } = configuration
  return opsRoutes({
    operatorToken: server.adminToken,
    hasSupportPage: isShared || server.adminToken !== null,
    title: isShared ? 'Support' : merchants.first.merchantName,
    secretKeys: () => [...merchants].map(({ config }) => config.netgiro.secretKey),
    publicUrl: server.publicUrl,
    trustedProxies: server.trustedProxies,
    ...{ merchants, metrics, clock, machineClock },
    logins: storage.logins,
    cipher: storage.cipherFor('support page'),
    onSecurityEvent: (event) => monitoring.securityLog.record(event),
  })
}
