import type { Clock } from '../core/clock.ts'
import type { Service } from '../core/service.ts'
import type { NotReadyReason } from '../http/app.ts'
import type { Log } from '../log.ts'
import { watchExternalChanges } from '../ops/external-changes.ts'
import { skipOldEvents } from '../webhooks/skip-old-events.ts'
import type { Core } from './core.ts'
import type { Storage } from './storage.ts'
import type { Webhooks } from './webhooks.ts'

interface ServicesDeps {
  readonly storage: Storage
  readonly webhooks: Webhooks
  readonly core: Core
  readonly clock: Clock
  readonly log: Log
}

/** Everything that does something by itself, in the order in which it is started. */
export function createServices(deps: ServicesDeps): readonly Service[] {
  const { core, webhooks, storage, clock, log } = deps
  return [
    attemptService(deps),
    webhookService(deps),
    core.expirer,
    core.latePayments,
    core.settler,
    core.retention,
    watchExternalChanges({
      database: storage.database,
      clock,
      async onExternalChange(checkoutIds) {
        for (const id of checkoutIds) await core.repository.refresh(id)
        // An operator ran a command: `resend`, or `reconcile`.
        webhooks.sender?.enable()
      },
      onError: (error) => log.error({ err: error }, 'detecting external changes failed'),
    }),
  ]
}

/** Takes up the attempts that an earlier process left open. */
const attemptService = ({
  storage: {
    store,
    database: { cluster },
  },
  core: { worker },
  clock,
  log,
}: ServicesDeps) => ({
  async start(): Promise<void> {
    // A lock of another program keeps no server from its checkouts; the next start corrects what is left.
    await store
      .correctFutureTimes(clock.now())
      .catch((error: unknown) => log.error({ err: error }, 'correcting times in the future failed'))
    // Where several servers share the database, each takes up what it owns.
    if (cluster) return
    const unfinished = await store.unfinished()
    if (unfinished.length > 0)
      log.info({ count: unfinished.length }, 'resuming unfinished checkouts')
    await worker.resume(unfinished)
  },
  stop: () => worker.stop(),
})

const webhookService = ({ storage: { outbox }, webhooks, clock, log }: ServicesDeps) => ({
  async start(): Promise<void> {
    const { sender } = webhooks
    // A lock of another program keeps no server from its checkouts; the next start sets aside what is left.
    await skipOldEvents({ outbox, clock, log, hasWebhook: sender !== null }).catch(
      (error: unknown) => log.error({ err: error }, 'setting old events aside failed'),
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

  /** @param services - in the order in which they are started */
  take(services: readonly Service[]): void {
    this.#services = services
  }

  get isDraining(): boolean {
    return this.#state === 'draining'
  }

  /** Null: it has started and may be sent traffic. */
  get notReadyReason(): NotReadyReason | null {
    if (this.#state === 'draining') return 'shutting_down'
    return this.#state === 'starting' ? 'starting' : null
  }

  async start(): Promise<void> {
    for (const service of this.#services) await service.start()
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
