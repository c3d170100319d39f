import type { Clock } from '../clock.ts'
import type { Providers } from '../providers/provider.ts'
import { nextLateCheck } from './late.ts'
import type { Ledger } from './ledger.ts'
import type { CheckoutStore, LateCheck } from './ports.ts'

interface LateWatchDeps {
  readonly store: CheckoutStore
  readonly ledger: Ledger
  readonly providers: Providers
  readonly clock: Clock
  readonly onTrouble: (error: unknown) => void
}

const lookEvery = 30_000
const atOnce = 20

/** Looks, at a falling pace and for 7 days, whether what was canceled or ran out was paid after all. */
export class LateWatch {
  readonly #deps: LateWatchDeps
  #cancelTimer = () => {}
  #round: Promise<void> | null = null
  #stopped = false

  constructor(deps: LateWatchDeps) {
    this.#deps = deps
  }

  begin(): void {
    if (this.#stopped) return
    this.#cancelTimer = this.#deps.clock.after(lookEvery, () => {
      this.#round = this.#look()
        .catch(this.#deps.onTrouble)
        .finally(() => {
          this.begin()
        })
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    await this.#round
  }

  async #look(): Promise<void> {
    const { store, clock } = this.#deps
    const due = await store.lateChecks(clock.now(), atOnce)
    await Promise.all(due.map((check) => this.#check(check)))
  }

  async #check({ checkoutId, attemptId, providerRef, endedAt }: LateCheck): Promise<void> {
    const { store, ledger, providers, clock } = this.#deps
    const checkout = await ledger.get(checkoutId)
    if (!checkout) return
    const fact = await providers.of(checkout).check(providerRef)
    await ledger.record(checkoutId, fact, attemptId)
    const next = fact.type === 'paid' ? null : nextLateCheck(endedAt, clock.now())
    await store.setLateCheck(attemptId, next)
  }
}
