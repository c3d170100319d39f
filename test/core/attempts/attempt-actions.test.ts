import { afterEach, expect, it } from 'vitest'
import { AttemptActions } from '../../../server/core/attempts/attempt-actions.ts'
import { AttemptPlanner } from '../../../server/core/attempts/attempt-planner.ts'
import { PollSlots } from '../../../server/core/attempts/poll-slots.ts'
import { AttemptCalls } from '../../../server/core/attempts/provider-calls.ts'
import { newTracked } from '../../../server/core/attempts/tracked-attempt.ts'
import { Providers } from '../../../server/core/provider.ts'
import { PubSub } from '../../../server/core/pubsub.ts'
import { defaultLimits } from '../../../server/core/rate-limits.ts'
import { noReceipts } from '../../../server/core/receipt.ts'
import { CheckoutRepository } from '../../../server/core/repository.ts'
import { soleOwner } from '../../../server/core/ownership.ts'
import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import type { Database } from '../../../server/store/database.ts'
import { checkoutIn, newAttempt, t0 } from '../../support/checkouts.ts'
import { ManualClock } from '../../support/manual-clock.ts'

let database: Database | null = null
afterEach(() => database?.close())

it('an action that changes nothing is an error, so that it is not taken again at once and forever', async () => {
  const clock = new ManualClock()
  database = await openDatabase('file::memory:')
  const store = checkoutStore(database)
  const repository = new CheckoutRepository({
    ...{ store, clock, pubsub: new PubSub(), limits: defaultLimits, receipt: noReceipts },
    newId: (prefix) => prefix,
  })
  const providers = new Providers([])
  const calls = new AttemptCalls({
    ...{ repository, providers, captureApproval: null, ownership: soleOwner },
    now: () => clock.now(),
  })
  const planner = new AttemptPlanner({ providers, clock, codeTries: 3 })
  const slots = new PollSlots(1)
  const actions = new AttemptActions({ repository, providers, clock, calls, planner, slots })

  const attempt = newAttempt({ providerRef: 'cart' })
  const checkout = checkoutIn('awaiting_shopper', attempt, { version: 2 })
  await store.create({ ...checkout, attempts: [], status: 'open', version: 1 }, 'hash', null)
  const started = { attemptId: attempt.id, version: 2, at: t0, type: 'started', evidence: null }
  await store.save(checkout, [started], [])
  const tracked = newTracked(checkout, t0, clock)
  const action = { type: 'release', attempt, at: -Infinity } as const
  await expect(actions.take(tracked, action)).rejects.toThrow('capture_timed_out changed nothing')
})
