import type { Clock } from '../clock.ts'
import { handleOf } from '../providers/provider.ts'
import type { Providers } from '../providers/provider.ts'
import { nextLateCheck } from './late.ts'
import type { Ledger } from './ledger.ts'
import type { CheckoutStore, LateCheck } from './ports.ts'
import { Rounds } from './rounds.ts'

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
export function lateWatch({ store, ledger, providers, clock, onTrouble }: LateWatchDeps): Rounds {
  async function look(): Promise<void> {
    const due = await store.lateChecks(clock.now(), atOnce)
    await Promise.all(due.map(check))
  }

  async function check({ checkoutId, attemptId, endedAt }: LateCheck): Promise<void> {
    const checkout = await ledger.get(checkoutId)
    if (!checkout) return
    const attempt = checkout.attempts.find(({ id }) => id === attemptId)
    if (!attempt) return
    const provider = providers.for(checkout, attempt)
    const handle = handleOf(provider, attempt)
    if (!handle) return
    const fact = await provider.check(handle)
    await ledger.record(checkoutId, fact, attemptId)
    const next = fact.type === 'paid' ? null : nextLateCheck(endedAt, clock.now())
    await store.setLateCheck(attemptId, next)
  }

  return new Rounds({ clock, onTrouble, everyMs: lookEvery, round: look })
}
