import type { Clock } from '../core/clock.ts'
import { retention } from '../core/jobs/retention.ts'
import type { Service } from '../core/service.ts'
import type { NotReadyReason } from '../http/app.ts'
import type { Log } from '../log.ts'
import { watchExternalChanges } from '../ops/external-changes.ts'
import { checkoutStore } from '../store/checkout-store.ts'
import { skipOldEvents } from '../webhooks/skip-old-events.ts'
import type { Core } from './core.ts'
import type { RunningMerchants } from './merchants.ts'
import type { SharedStorage, Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'

interface ServicesDeps {
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly core: Core
  readonly clock: Clock
  readonly log: Log
}

/** Everything of one merchant that does something by itself, in the order in which it is started. */
export function createServices(deps: ServicesDeps): readonly Service[] {
  const { core } = deps
  return [attemptService(deps), webhookService(deps), core.expirer, core.latePayments, core.settler]
}

interface SharedServicesDeps {
  readonly storage: SharedStorage
  readonly descriptors: Service
  readonly merchants: RunningMerchants
  /** Null: there is one merchant, whose settings do not change. */
  readonly reload: Service | null
  /** The one to be started last: from then on there is something to do. */
  readonly replication: Service
  readonly clock: Clock
  readonly log: Log
}

/** The merchants, and what is done once for all of them. */
export function createSharedServices(deps: SharedServicesDeps): readonly Service[] {
  const { storage, descriptors, merchants, reload, replication, clock, log } = deps
  const { database } = storage
  // These two jobs do the same whichever merchant's store they are done in.
  const store = checkoutStore(database)
  return [
    {
      // A lock of another program keeps no server from its checkouts; the next start corrects what is left.
      start: () =>
        store
          .correctFutureTimes(clock.now())
          .catch((error: unknown) =>
            log.error({ err: error }, 'correcting times in the future failed'),
          ),
      stop: () => Promise.resolve(),
    },
    descriptors,
    merchants,
    ...(reload ? [reload] : []),
    retention({
      ...{ store, clock },
      onError: (error) => log.error({ err: error }, 'removing old data failed'),
      onUndelivered: (types) =>
        log.error(
          { count: types.length, types: [...new Set(types)] },
          'events that the shop has never accepted were deleted after 30 days',
        ),
    }),
    watchExternalChanges({
      database,
      clock,
      async onExternalChange(checkoutIds) {
        for (const merchant of merchants) {
          await merchant.refresh(checkoutIds.get(merchant.id) ?? [])
          // An operator ran a command: `resend`, or `reconcile`.
          merchant.noticeResend()
        }
      },
      onError: (error) => log.error({ err: error }, 'detecting external changes failed'),
    }),
    replication,
  ]
}

/** Takes up the attempts that an earlier process left open. */
const attemptService = ({ storage, core: { worker }, log }: ServicesDeps) => ({
  async start(): Promise<void> {
    const { store, database } = storage
    // Where several servers share the database, each takes up what it owns.
    const unfinished = await store.unfinished(database.cluster?.leases.held)
    if (unfinished.length > 0)
      log.info({ count: unfinished.length }, 'resuming unfinished checkouts')
    await worker.resume(unfinished)
  },
  stop: () => worker.stop(),
})

const webhookService = ({ storage: { outbox }, webhooks, clock, log }: ServicesDeps) => ({
  async start(): Promise<void> {
    const { sender } = webhooks
    // A lock of another program keeps no server from its checkouts; the next start skips what is left.
    await skipOldEvents({ outbox, clock, log, hasWebhook: sender !== null }).catch(
      (error: unknown) => log.error({ err: error }, 'skipping old webhook events failed'),
    )
    sender?.wake()
  },
  async stop(): Promise<void> {
    await webhooks.sender?.stop()
  },
})

/** Where the server is between its start and its end. */
export class Lifecycle {
  #services: readonly Service[] = []
  #state: 'starting' | 'running' | 'draining' = 'starting'

  get isDraining(): boolean {
    return this.#state === 'draining'
  }

  /** Null: it has started and may be sent traffic. */
  get notReadyReason(): NotReadyReason | null {
    if (this.#state === 'draining') return 'shutting_down'
    return this.#state === 'starting' ? 'starting' : null
  }

  async start(services: readonly Service[]): Promise<void> {
    this.#services = services
    for (const service of services) await service.start()
    if (!this.isDraining) this.#state = 'running'
  }

  /** From now on the server reports that it is shutting down. */
  beginDrain(): void {
    this.#state = 'draining'
  }

  async stop(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop()))
  }
}
