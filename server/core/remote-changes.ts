import type { Checkout } from './checkout.ts'
import type { Clock } from './clock.ts'
import { PeriodicTask } from './jobs/periodic-task.ts'
import type { Ownership } from './ownership.ts'
import type { PubSub } from './pubsub.ts'
import type { Service } from './service.ts'
import type { CheckoutStore } from './store.ts'

interface RemoteChangesDeps {
  readonly store: Pick<CheckoutStore, 'load' | 'versionsOf' | 'withSessions'>
  readonly pubsub: PubSub
  readonly ownership: Ownership
  readonly clock: Clock
  /** Called with each checkout whose sessions were ended, perhaps by another server. */
  readonly onRevoked: (id: string) => void
  readonly onError: (error: unknown) => void
}

/** In case a notification was lost. */
const intervalMs = 5_000

/** Shows those who follow a checkout here what other servers make of it: browsers follow from wherever they are connected. */
export class RemoteChanges implements Service {
  readonly #deps: RemoteChangesDeps
  /** The newest version that was shown of each checkout that is followed. */
  readonly #shown = new Map<string, number>()
  /** Checkouts that are being read; true: to be read once more. */
  readonly #reading = new Map<string, boolean>()
  readonly #task: PeriodicTask
  #mayHaveMissed = false

  constructor(deps: RemoteChangesDeps) {
    this.#deps = deps
    const { clock, onError } = deps
    this.#task = new PeriodicTask({ clock, onError, intervalMs, run: () => this.#compare() })
  }

  start(): void {
    this.#task.start()
  }

  stop(): Promise<void> {
    return this.#task.stop()
  }

  /** Call it with checkouts that another server may have changed. */
  changed(ids: readonly string[]): void {
    for (const id of ids) if (this.#isFollowed(id)) void this.#show(id)
  }

  /** Call it with a checkout as it is shown to a new follower: others may have been shown a newer state since it was read. */
  follow({ id, version }: Checkout): void {
    if (version >= (this.#shown.get(id) ?? 0)) return
    this.#shown.delete(id)
    this.changed([id])
  }

  /** Compares everything that is followed with the database. Call it when notifications may have been missed. */
  compareNow(): void {
    this.#mayHaveMissed = true
    this.#task.runNow()
  }

  async #compare(): Promise<void> {
    const { store, pubsub } = this.#deps
    if (this.#mayHaveMissed) await this.#findRevoked()
    const followed = [...pubsub.followed()].filter((id) => this.#isFollowed(id))
    for (const id of this.#shown.keys()) if (!this.#isFollowed(id)) this.#shown.delete(id)
    const versions = await store.versionsOf(followed)
    const newer = followed.filter((id) => (versions.get(id) ?? 0) > (this.#shown.get(id) ?? 0))
    await Promise.all(newer.map((id) => this.#show(id)))
  }

  /** Whichever server owns a checkout, any of them may have ended its sessions. */
  async #findRevoked(): Promise<void> {
    const { store, pubsub, onRevoked } = this.#deps
    const followed = [...pubsub.followed()]
    this.#mayHaveMissed = false
    try {
      const remaining = await store.withSessions(followed)
      for (const id of followed) if (!remaining.has(id)) onRevoked(id)
    } catch (error) {
      this.#mayHaveMissed = true
      throw error
    }
  }

  /** What this process owns, it shows when it makes the change. */
  #isFollowed(id: string): boolean {
    const { pubsub, ownership } = this.#deps
    return !ownership.owns(id) && pubsub.subscribers(id).length > 0
  }

  /** One read at a time, so that no older state is shown after a newer one. */
  async #show(id: string): Promise<void> {
    if (this.#reading.has(id)) {
      this.#reading.set(id, true)
      return
    }
    const { store, pubsub, onError } = this.#deps
    try {
      do {
        this.#reading.set(id, false)
        const checkout = await store.load(id)
        if (!checkout || checkout.version <= (this.#shown.get(id) ?? 0)) continue
        this.#shown.set(id, checkout.version)
        pubsub.show(checkout)
      } while (this.#reading.get(id))
    } catch (error) {
      onError(error)
    } finally {
      this.#reading.delete(id)
    }
  }
}
