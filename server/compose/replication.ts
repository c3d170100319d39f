import { soleOwner } from '../core/ownership.ts'
import type { Ownership } from '../core/ownership.ts'
import { localRouter } from '../core/commands.ts'
import type { CommandRouter } from '../core/commands.ts'
import { RemoteChanges } from '../core/remote-changes.ts'
import type { Clock } from '../core/clock.ts'
import type { Service } from '../core/service.ts'
import type { SseHub } from '../http/sse.ts'
import type { Log } from '../log.ts'
import type { Cluster } from '../store/postgres/cluster.ts'
import { ClusterRouter } from './cluster-router.ts'
import type { Core } from './core.ts'
import type { Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'

interface ReplicationDeps {
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly clock: Clock
  readonly log: Log
}

interface Connected {
  readonly core: Core
  readonly sse: SseHub
}

/** How this server shares its work with others on the same database. */
export interface Replication {
  readonly ownership: Ownership
  readonly router: CommandRouter
  /** Tells the others that the sessions of a checkout were ended, or that an operator has events sent again. */
  tell(hint: { readonly revoked: readonly string[] } | { readonly resend: true }): void
  /** The service to be started last. */
  connect(parts: Connected): Service
  /** Gives everything back on which no call is out. */
  leave(core: Core): Promise<void>
  /** Gives the rest back. */
  release(): Promise<void>
}

const alone: Replication = {
  ...{ ownership: soleOwner, router: localRouter, tell: () => {} },
  connect: () => ({ start: () => {}, stop: () => Promise.resolve() }),
  leave: () => Promise.resolve(),
  release: () => Promise.resolve(),
}

export function createReplication(deps: ReplicationDeps): Replication {
  const { cluster } = deps.storage.database
  if (!cluster) return alone
  const router = new ClusterRouter({
    ...{ cluster, cipher: deps.storage.cipher },
    onError: (error) => deps.log.error({ err: error }, 'a command of another server failed'),
  })
  return {
    ownership: cluster.leases,
    router,
    tell: (hint) => cluster.notifications.send(hint),
    connect: (parts) => clusterService(cluster, router, deps, parts),
    leave: ({ worker }) => cluster.leave(worker.busy()),
    release: () => cluster.release(),
  }
}

function clusterService(
  cluster: Cluster,
  router: ClusterRouter,
  { storage, webhooks, clock, log }: ReplicationDeps,
  { core, sse }: Connected,
): Service {
  const { leases, notifications, commands } = cluster
  const { store } = storage
  const remote = new RemoteChanges({
    ...{ store, pubsub: core.pubsub, ownership: leases, clock },
    onError: (error) => log.error({ err: error }, 'following other servers failed'),
  })
  core.pubsub.subscribeToAll({
    onChange({ id }, _events, isSilent) {
      if (!isSilent && !leases.isAlone) notifications.send({ changed: [id] })
    },
  })
  const gained = async (partitions: readonly number[]) => {
    const unfinished = await store.unfinished(partitions)
    await core.worker.resume(unfinished)
    core.expirer.schedule(clock.now())
    log.info({ partitions: partitions.length, unfinished: unfinished.length }, 'partitions gained')
  }
  return {
    async start() {
      router.start(core)
      await notifications.start({
        onHint({ changed = [], revoked = [], handed = [], answered = [], free, resend }) {
          remote.changed(changed)
          for (const id of revoked) sse.endHere(id)
          commands.answered(answered)
          if (handed.length > 0) router.take()
          if (free) leases.wake()
          if (resend) webhooks.sender?.enable()
        },
        onGap: () => remote.compareNow(),
      })
      remote.start()
      await leases.start({
        gained,
        onResumed() {
          router.take()
          webhooks.sender?.wake()
        },
        lost: (isGone) => {
          core.repository.forget(isGone)
          return core.worker.release(isGone)
        },
        onError: (error) => log.error({ err: error }, 'leases of partitions failed'),
      })
    },
    async stop() {
      await Promise.all([remote.stop(), router.stop()])
    },
  }
}
