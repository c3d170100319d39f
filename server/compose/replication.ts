import { setTimeout } from 'node:timers/promises'
import { localRouter } from '../core/commands.ts'
import type { CommandRouter } from '../core/commands.ts'
import { soleOwner } from '../core/ownership.ts'
import type { Ownership } from '../core/ownership.ts'
import type { Service } from '../core/service.ts'
import type { Log } from '../log.ts'
import type { Tracing } from '../ops/tracing/tracing.ts'
import { UnusableDatabase } from '../store/failure.ts'
import type { Cluster } from '../store/postgres/cluster.ts'
import type { Hint } from '../store/postgres/notifications.ts'
import { ClusterRouter } from './cluster-router.ts'
import type { RunningMerchants } from './merchants.ts'
import type { SharedStorage } from './storage.ts'

const retryMs = 1_000

interface ReplicationDeps {
  readonly storage: SharedStorage
  /** Null: nothing is traced. */
  readonly tracing: Tracing | null
  readonly log: Log
}

/** How this server shares its work with others on the same database. */
export interface Replication {
  readonly ownership: Ownership
  routerFor(merchantId: string): CommandRouter
  /** Tells the other servers. */
  tell(hint: Pick<Hint, 'changed' | 'revoked' | 'resent'>): void
  /** The service to be started last. */
  connect(merchants: RunningMerchants): Service
  /** Gives everything back, each part as soon as no call about it is out; resolves when none is. Never rejects. */
  leave(): Promise<void>
  /** Gives back what could not be given back, and counts as gone. */
  release(): Promise<void>
}

const alone: Replication = {
  ...{ ownership: soleOwner, routerFor: () => localRouter, tell: () => {} },
  connect: () => ({ start: () => {}, stop: () => Promise.resolve() }),
  leave: () => Promise.resolve(),
  release: () => Promise.resolve(),
}

export function createReplication({ storage, tracing, log }: ReplicationDeps): Replication {
  const { cluster } = storage.database
  if (!cluster) return alone
  const router = new ClusterRouter({
    ...{ cluster, cipher: storage.cipherFor('commands'), tracing },
    onError: (error) => log.error({ err: error }, 'a command of another server failed'),
  })
  return {
    ownership: cluster.leases,
    routerFor: (merchantId) => router.routerFor(merchantId),
    tell: (hint) => cluster.notifications.send(hint),
    connect: (merchants) => clusterService(cluster, router, merchants, { storage, log }),
    leave: () => cluster.leases.leave(),
    release: () => cluster.release(),
  }
}

function clusterService(
  cluster: Cluster,
  router: ClusterRouter,
  merchants: RunningMerchants,
  { storage, log }: Omit<ReplicationDeps, 'tracing'>,
): Service {
  const { leases, notifications, commands } = cluster
  let isStopped = false
  /** Tries again until the database is back for good. */
  const takeUpLate = async (checkoutIds: readonly string[]) => {
    while (!isStopped) {
      try {
        for (const merchant of merchants) await merchant.takeUpLate(checkoutIds)
        return
      } catch (error) {
        log.error({ err: error }, 'resuming checkouts after a late commit failed')
        await setTimeout(retryMs, undefined, { ref: false })
      }
    }
  }
  const onHint = ({ changed, revoked, handed, answered, free, resent }: Hint) => {
    for (const merchant of merchants) {
      merchant.remoteChanges.changed(changed ?? [])
      for (const id of revoked ?? []) merchant.sse.endHere(id)
    }
    for (const id of resent ?? []) merchants.get(id)?.noticeResend()
    commands.answered(answered ?? [])
    if (handed) router.take()
    if (free) leases.wake()
  }
  return {
    async start() {
      router.start(merchants)
      cluster.onLateCommit = (checkoutIds) => void takeUpLate(checkoutIds)
      await notifications.start({
        onHint,
        onGap() {
          for (const merchant of merchants) {
            merchant.remoteChanges.compareNow()
            merchant.noticeResend()
          }
        },
      })
      await leases.start(storage.hashKeyChecks, {
        async gained(partitions) {
          for (const merchant of merchants) await merchant.takeUp(partitions)
          log.info({ partitions: partitions.length }, 'partitions gained')
        },
        onResumed() {
          router.take()
          for (const merchant of merchants) merchant.onResumed()
        },
        lost(isGone) {
          return [...merchants].flatMap((merchant) => merchant.leave(isGone))
        },
        onError(error) {
          // The log leaves messages out, but for this one, which is for the operator.
          if (error instanceof UnusableDatabase)
            log.error({ reason: error.message }, 'cannot join the other servers')
          else log.error({ err: error }, 'leases of partitions failed')
        },
      })
    },
    stop() {
      isStopped = true
      return router.stop()
    },
  }
}
