import { isDeepStrictEqual } from 'node:util'
import type { Config, MerchantConfig, ServerConfig } from '../config.ts'
import { openAttempt } from '../core/checkout.ts'
import type { Checkout } from '../core/checkout.ts'
import type { Clock } from '../core/clock.ts'
import type { CallOut } from '../core/ownership.ts'
import { RemoteChanges } from '../core/remote-changes.ts'
import type { Subscriber } from '../core/pubsub.ts'
import type { Service } from '../core/service.ts'
import { snapshotOf } from '../core/views.ts'
import { KeysInFlight } from '../http/idempotency.ts'
import type { Merchant } from '../http/merchants.ts'
import { RequestLimit } from '../http/request-limit.ts'
import { SseHub } from '../http/sse.ts'
import type { Log } from '../log.ts'
import type { CheckoutCounts } from '../ops/checkout-counts.ts'
import type { Tracing } from '../ops/tracing/tracing.ts'
import type { Snapshot } from '../protocol/index.ts'
import type { ReceiptKeys } from '../receipts.ts'
import { createCore } from './core.ts'
import type { Core } from './core.ts'
import { createMonitoring, observe } from './monitoring.ts'
import type { Monitoring } from './monitoring.ts'
import { subscribeAll } from './reactions.ts'
import type { Replication } from './replication.ts'
import { createServices } from './services.ts'
import { storageFor } from './storage.ts'
import type { SharedStorage, Storage } from './storage.ts'
import { createWebhooks } from './webhooks.ts'
import type { Webhooks } from './webhooks.ts'

/** What all merchants of a server share. */
export interface SharedParts {
  /** Whether there may be several: then metrics and logs name the merchant, and none may take all the room. */
  readonly isShared: boolean
  readonly server: ServerConfig
  readonly storage: SharedStorage
  readonly monitoring: Monitoring
  readonly countByMerchant: () => Promise<CheckoutCounts>
  readonly clock: Clock
  /** Stamps what others compare with their own clocks. */
  readonly machineClock: Clock
  readonly log: Log
  readonly receipts: ReceiptKeys
  readonly tracing: Tracing | null
  readonly isDraining: () => boolean
  readonly replication: Replication
}

/**
 * The part of the server that is one merchant's: its checkouts, accounts, webhooks and streams, which wait for nothing of
 * another merchant's but for the database and the processor.
 */
export class RunningMerchant implements Merchant, Service {
  readonly config: Config
  readonly core: Core
  readonly monitoring: Monitoring
  readonly sse: SseHub
  readonly remoteChanges: RemoteChanges
  readonly keysInFlight = new KeysInFlight()
  readonly requestLimit: RequestLimit
  readonly log: Log
  readonly #shared: SharedParts
  readonly #storage: Storage
  readonly #webhooks: Webhooks
  readonly #services: readonly Service[]
  #isRetired: boolean
  #isDraining = false
  #starting = Promise.resolve()
  #callbacksStopped = Promise.resolve()

  constructor(shared: SharedParts, config: Config) {
    const { clock, machineClock, receipts, tracing, isShared, replication } = shared
    const { ownership } = replication
    this.#shared = shared
    this.config = config
    this.#isRetired = config.isRetired
    const log = isShared ? shared.log.child({ merchant: config.merchantId }) : shared.log
    const storage = storageFor(shared.storage, config, clock)
    const monitoring = isShared ? this.#ownMonitoring(log) : shared.monitoring
    const clocks = { clock, machineClock }
    const webhooks = createWebhooks(config, storage, monitoring.metrics, clocks, log, tracing)
    const isRetired = () => this.#isRetired
    const core = createCore({
      ...{ config, storage, webhooks, monitoring, receipts, clock, machineClock, log },
      ...{ tracing, isRetired, ownership, router: replication.routerFor(config.merchantId) },
    })
    subscribeAll(core, webhooks, log)
    this.log = log
    this.monitoring = monitoring
    this.core = core
    this.#storage = storage
    this.#webhooks = webhooks
    const { store } = storage
    this.remoteChanges = new RemoteChanges({
      ...{ store, pubsub: core.pubsub, ownership, clock },
      onRevoked: (id) => this.sse.endHere(id),
      onError: (error) => log.error({ err: error }, 'following other servers failed'),
    })
    const services = createServices({ storage, webhooks, core, clock, log })
    this.#services = ownership.isShared ? [...services, this.remoteChanges] : services
    this.requestLimit = new RequestLimit(isShared ? undefined : Infinity)
    this.sse = new SseHub({
      ...{ pubsub: core.pubsub, clock, toSnapshot: this.toSnapshot },
      random: Math.random,
      maxStreams: config.maxStreams,
      onOpen: (checkout) => this.remoteChanges.follow(checkout),
      onEndAll: (id) => replication.tell({ revoked: [id] }),
    })
    if (ownership.isShared) core.pubsub.subscribeToAll(tellOthers(replication))
    observe(monitoring, {
      ...{ storage, webhooks, core, clock, sse: this.sse },
      countByStatus: async () => (await shared.countByMerchant()).get(this.id) ?? new Map(),
    })
  }

  get id(): string {
    return this.config.merchantId
  }

  get origins(): ReadonlySet<string> {
    return this.config.allowedOrigins
  }

  get checkouts() {
    return this.core.checkouts
  }

  get callbacks() {
    return this.core.callbacks
  }

  get support() {
    return this.core.support
  }

  get refunds() {
    return this.core.refunds
  }

  get outbox() {
    return this.#storage.outbox
  }

  get hmacAll() {
    return this.#storage.secrets.hmacAll
  }

  get underscoredHeader(): string | null {
    return this.config.netgiro.api === 'v1' ? 'netgiro_signature' : null
  }

  get errorToResponse() {
    return this.monitoring.errorToResponse
  }

  get merchantName(): string {
    return this.config.merchantName
  }

  get receipt() {
    return this.#shared.receipts.issue
  }

  /** Null when webhooks are disabled. Each server sends the events of its own checkouts: all of them send again. */
  get sender() {
    const { sender } = this.#webhooks
    const { replication } = this.#shared
    return (
      sender && {
        disabledAt: sender.disabledAt,
        noticeResend: () => {
          sender.noticeResend()
          replication.tell({ resent: [this.id] })
        },
      }
    )
  }

  /** Call it when another process may have resent an event of the merchant. */
  noticeResend(): void {
    this.#webhooks.sender?.noticeResend()
  }

  wakeSender(): void {
    this.#webhooks.sender?.wake()
  }

  /** Does the periodic work about partitions that have been taken up, which counts as this server's from then on. */
  onResumed(): void {
    this.wakeSender()
    this.core.expirer.schedule(this.#shared.clock.now())
  }

  /** Takes up what a former owner of these partitions left. */
  async takeUp(partitions: readonly number[]): Promise<void> {
    const unfinished = await this.#storage.store.unfinished(partitions)
    await this.core.worker.resume(unfinished)
    if (unfinished.length > 0)
      this.log.info({ count: unfinished.length }, 'resuming unfinished checkouts')
  }

  /** Takes up what was written about these checkouts although whoever asked for it was refused, as after a restart. */
  async takeUpLate(checkoutIds: readonly string[]): Promise<void> {
    const { store, database } = this.#storage
    const { worker } = this.core
    for (const id of checkoutIds) {
      const stored = await store.load(id)
      if (!stored || !this.#shared.replication.ownership.holds(id)) continue
      if (openAttempt(stored) && !worker.drives(stored)) {
        // Whoever began it meanwhile may not have heard yet that it is written.
        await database.write(() => Promise.resolve(), { checkoutId: id })
        if (!worker.drives(stored)) await worker.resume([stored])
      }
      await this.core.repository.refresh(id)
    }
    this.wakeSender()
  }

  /** Leaves these checkouts to another server; returns the calls about them that may be out. */
  leave(isGone: (checkoutId: string) => boolean): readonly CallOut[] {
    this.core.repository.forget(isGone)
    return this.core.worker.release(isGone)
  }

  /** Nothing new is accepted; what has begun is completed with the merchant's own credentials. */
  get isRetired(): boolean {
    return this.#isRetired
  }

  set isRetired(isRetired: boolean) {
    if (isRetired !== this.#isRetired)
      this.log.info(isRetired ? 'merchant retired' : 'merchant accepted again')
    this.#isRetired = isRetired
  }

  readonly isDraining = (): boolean => this.#isDraining || this.#shared.isDraining()

  readonly refusedCredentials = () => this.monitoring.credentials.refused()

  readonly toSnapshot = (checkout: Checkout): Snapshot => {
    const { merchantName: merchant, codeTries } = this.config
    const now = this.#shared.clock.now()
    return snapshotOf(checkout, { merchant, codeTries, now, receipt: this.receipt })
  }

  /** Whether these settings, but for `isRetired`, are the ones that it runs with. */
  hasSettings(config: MerchantConfig): boolean {
    return settingNames.every((name) => isDeepStrictEqual(this.config[name], config[name]))
  }

  /** Reads and publishes what another process may have changed of these checkouts. */
  async refresh(checkoutIds: readonly string[]): Promise<void> {
    for (const id of checkoutIds) await this.core.repository.refresh(id)
  }

  async start(): Promise<void> {
    if (!this.sender) this.log.warn('WEBHOOK_URL is not set: webhooks are disabled')
    this.#starting = this.#startServices()
    await this.#starting
  }

  async #startServices(): Promise<void> {
    for (const service of this.#services) if (!this.#isDraining) await service.start()
  }

  /** Ends the event streams with `retry`, and makes the polls that are postponed. */
  drain(): void {
    this.#isDraining = true
    this.sse.drain()
    this.#callbacksStopped = this.callbacks.stop()
  }

  async stop(): Promise<void> {
    await this.#starting.catch(() => {})
    await Promise.all([...this.#services.map((service) => service.stop()), this.#callbacksStopped])
  }

  close(): Promise<void> {
    return this.core.providers.close()
  }

  #ownMonitoring(log: Log): Monitoring {
    const { storage, clock, monitoring } = this.#shared
    const { descriptors } = monitoring
    const providers = ['netgiro', ...(this.config.avarda ? ['avarda'] : [])]
    return createMonitoring(providers, storage, clock, log, { id: this.id, descriptors })
  }
}

const tellOthers = (replication: Replication): Subscriber => ({
  onChange({ id }, _events, isSilent) {
    if (!isSilent && !replication.ownership.isAlone) replication.tell({ changed: [id] })
  },
})

/** Those that a merchant is started anew for. */
const settingNames = [
  ...(['netgiro', 'previousNetgiro', 'avarda', 'confirmation', 'allowedOrigins'] as const),
  ...(['merchantKeys', 'merchantName', 'webhook', 'authorize', 'limits', 'maxStreams'] as const),
  ...(['adminToken', 'approvalTimeoutMs', 'codeTries', 'lifetimeMs'] as const),
] satisfies readonly (keyof MerchantConfig)[]
