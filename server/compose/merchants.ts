import type { Config } from '../config.ts'
import { CallbackRetries } from '../core/callback-retries.ts'
import { CheckoutError } from '../core/errors.ts'
import { LruCache } from '../core/lru-cache.ts'
import type { Service } from '../core/service.ts'
import { digestOf } from '../crypto.ts'
import type { FoundSession, Merchants } from '../http/merchants.ts'
import { RunningMerchant } from './merchant.ts'
import type { SharedParts } from './merchant.ts'

const retryDelayMs = 5_000

/** What a reload found new, by the ids of the merchants. */
export interface MerchantChanges {
  readonly added: readonly string[]
  /** With other settings, or taken back after having been retired. */
  readonly changed: readonly string[]
  readonly retired: readonly string[]
}

/** The merchants of a server. They may be changed while it runs. */
export class RunningMerchants implements Merchants, Service {
  readonly #shared: SharedParts
  readonly #byId = new Map<string, RunningMerchant>()
  /** By the digest of the key: how long a look-up takes says nothing about a key. */
  #byApiKey: ReadonlyMap<string, RunningMerchant> = new Map()
  #byAdminToken: ReadonlyMap<string, RunningMerchant> = new Map()
  #origins: ReadonlySet<string> = new Set()
  /** Whose a session or a callback token is, by its digest; that never changes. */
  readonly #ownerOfSession = new LruCache<string>(50_000)
  readonly #ownerOfToken = new LruCache<string>(50_000)
  /** Merchants that start anew with changed settings; their requests wait. */
  readonly #restarts = new Map<string, Promise<void>>()
  readonly callbackRetries: CallbackRetries
  #callbackRetriesStopped = Promise.resolve()
  #isStarted = false

  constructor(shared: SharedParts, configs: readonly Config[]) {
    this.#shared = shared
    this.callbackRetries = new CallbackRetries(shared.clock)
    for (const config of configs)
      this.#byId.set(config.merchantId, new RunningMerchant(shared, config))
    this.#index()
  }

  [Symbol.iterator](): Iterator<RunningMerchant> {
    return this.#byId.values()
  }

  /** The one that the variables describe, or the first of the file. */
  get first(): RunningMerchant {
    const [first] = this.#byId.values()
    if (!first) throw new Error('There is no merchant')
    return first
  }

  get(id: string): RunningMerchant | undefined {
    return this.#byId.get(id)
  }

  /** The origins of all merchants. */
  readonly origins = { has: (origin: string): boolean => this.#origins.has(origin) }

  async byApiKey(key: string): Promise<RunningMerchant | null> {
    const digest = digestOf(key)
    const known = this.#byApiKey.get(digest)
    // An unknown key may be the new one of a merchant that starts anew.
    if (known) await this.#restarts.get(known.id)
    else await Promise.all(this.#restarts.values())
    return this.#byApiKey.get(digest) ?? null
  }

  /** @param digest - of the token */
  byAdminToken(digest: string): RunningMerchant | null {
    return this.#byAdminToken.get(digest) ?? null
  }

  async bySession(session: string, origin: string | undefined): Promise<FoundSession> {
    const { directory } = this.#shared.storage
    const merchant =
      this.#only ??
      (await this.#owner(digestOf(session), this.#ownerOfSession, directory.ofSession))
    if (!merchant || !allows(merchant, origin)) throw new CheckoutError('unknown_session')
    return { merchant, checkout: await merchant.checkouts.bySession(session) }
  }

  peekSession(session: string, origin: string | undefined): FoundSession | undefined {
    const merchant = this.#only ?? this.#peekOwner(session)
    if (!merchant || !allows(merchant, origin)) return undefined
    const checkout = merchant.checkouts.peekSession(session)
    return checkout && { merchant, checkout }
  }

  async byCallbackToken(token: string): Promise<RunningMerchant | null> {
    const { directory } = this.#shared.storage
    return this.#only ?? this.#owner(token, this.#ownerOfToken, directory.ofCallback)
  }

  async start(): Promise<void> {
    this.#isStarted = true
    for (const merchant of this) await merchant.start()
    await this.#reportMissing()
  }

  drain(): void {
    // Before the merchants, which answer what is retried.
    this.#callbackRetriesStopped = this.callbackRetries.stop()
    for (const merchant of this) merchant.drain()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#restarts.values())
    await Promise.all([...this].map((merchant) => merchant.stop()))
    await this.#callbackRetriesStopped
  }

  async close(): Promise<void> {
    await Promise.all([...this].map((merchant) => merchant.close()))
  }

  /**
   * Goes on with these merchants. One that is not among them any more is retired: what has begun is completed. One
   * whose settings have changed starts anew, as if its server had been restarted.
   */
  async apply(configs: readonly Config[]): Promise<MerchantChanges> {
    const changes = this.#changesTo(configs)
    const ids = new Set(configs.map(({ merchantId }) => merchantId))
    for (const merchant of this) if (!ids.has(merchant.id)) merchant.isRetired = true
    const applied = configs.map((config) => this.#applyOne(config))
    this.#index()
    await Promise.all(applied)
    return changes
  }

  #changesTo(configs: readonly Config[]): MerchantChanges {
    const added: string[] = []
    const changed: string[] = []
    const accepting = new Set([...this].filter(({ isRetired }) => !isRetired).map(({ id }) => id))
    for (const config of configs) {
      const { merchantId: id, isRetired } = config
      const known = this.#byId.get(id)
      if (!known) added.push(id)
      else if (!known.hasSettings(config) || (known.isRetired && !isRetired)) changed.push(id)
      if (!isRetired) accepting.delete(id)
    }
    return { added, changed, retired: [...accepting] }
  }

  async #applyOne(config: Config): Promise<void> {
    const known = this.#byId.get(config.merchantId)
    if (known?.hasSettings(config)) {
      known.isRetired = config.isRetired
      return
    }
    if (known) return this.#restart(known, config)
    const merchant = new RunningMerchant(this.#shared, config)
    this.#byId.set(merchant.id, merchant)
    merchant.log.info('merchant added')
    await this.#startUntilDone(merchant)
  }

  async #restart(known: RunningMerchant, config: Config): Promise<void> {
    const { id } = known
    const logFailure = (error: unknown) =>
      known.log.error({ err: error }, 'stopping the merchant failed')
    const stopping = known.requestLimit.idle().then(async () => {
      known.drain()
      await known.stop()
      await known.close()
    })
    const restarted = stopping.catch(logFailure).then(() => {
      this.#byId.set(id, new RunningMerchant(this.#shared, config))
      this.#restarts.delete(id)
      this.#index()
    })
    this.#restarts.set(id, restarted)
    await restarted
    const merchant = this.#byId.get(id)
    merchant?.log.info('merchant started anew with changed settings')
    if (merchant) await this.#startUntilDone(merchant)
  }

  /** Without its credentials, nobody watches what is open of a merchant. */
  async #reportMissing(): Promise<void> {
    const { storage, log } = this.#shared
    const withOpenWork = await storage.directory.withOpenWork()
    const merchants = withOpenWork.filter((id) => !this.#byId.has(id))
    if (merchants.length > 0)
      log.error(
        { merchants },
        'merchants with open checkouts are not configured: put them back, with RETIRED until these are over',
      )
  }

  /** While the database is away, nothing can be taken up. */
  async #startUntilDone(merchant: RunningMerchant): Promise<void> {
    if (!this.#isStarted || this.#shared.isDraining()) return
    try {
      await merchant.start()
    } catch (error) {
      merchant.log.error({ err: error }, 'starting the merchant failed, will retry')
      this.#shared.clock.after(retryDelayMs, () => {
        // Its settings may have changed again: then another one has taken its place.
        if (this.#byId.get(merchant.id) === merchant) void this.#startUntilDone(merchant)
      })
    }
  }

  /** Where there is one merchant, everything is its own. */
  get #only(): RunningMerchant | undefined {
    return this.#shared.isShared ? undefined : this.first
  }

  #peekOwner(session: string): RunningMerchant | undefined {
    const id = this.#ownerOfSession.get(digestOf(session))
    return id === undefined || this.#restarts.has(id) ? undefined : this.#byId.get(id)
  }

  async #owner(
    key: string,
    known: LruCache<string>,
    find: (key: string) => Promise<string | null>,
  ): Promise<RunningMerchant | null> {
    const id = known.get(key) ?? (await find(key))
    if (id === null) return null
    known.set(key, id)
    await this.#restarts.get(id)
    return this.#byId.get(id) ?? null
  }

  #index(): void {
    const accepting = [...this].filter(({ isRetired }) => !isRetired)
    this.#byApiKey = new Map(
      accepting.flatMap((merchant) =>
        merchant.config.merchantKeys.map((key) => [digestOf(key), merchant] as const),
      ),
    )
    this.#byAdminToken = new Map(
      accepting.flatMap((merchant) =>
        merchant.config.adminToken === null
          ? []
          : [[digestOf(merchant.config.adminToken), merchant] as const],
      ),
    )
    // Shoppers of a retired merchant see the end of what they began.
    this.#origins = new Set([...this].flatMap(({ origins }) => [...origins]))
  }
}

const allows = ({ origins }: RunningMerchant, origin: string | undefined): boolean =>
  origin === undefined || origins.has(origin)
