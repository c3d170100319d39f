import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Checkout } from '../../server/core/checkout.ts'
import { soleOwner } from '../../server/core/ownership.ts'
import { PubSub } from '../../server/core/pubsub.ts'
import { RemoteChanges } from '../../server/core/remote-changes.ts'
import type { CheckoutStore } from '../../server/core/store.ts'
import { snapshotOf } from '../../server/core/views.ts'
import { SseHub } from '../../server/http/sse.ts'
import { checkoutStore } from '../../server/store/checkout-store.ts'
import { openDatabase } from '../../server/store/database.ts'
import type { Database } from '../../server/store/database.ts'
import { checkoutIn, t0 } from '../support/checkouts.ts'
import { ManualClock } from '../support/manual-clock.ts'

let database: Database
let store: CheckoutStore
let hub: SseHub
let remoteChanges: RemoteChanges

beforeEach(async () => {
  database = await openDatabase('file::memory:')
  store = checkoutStore(database)
  const clock = new ManualClock()
  const pubsub = new PubSub()
  remoteChanges = new RemoteChanges({
    ...{ store, pubsub, clock, ownership: { ...soleOwner, owns: () => false } },
    onRevoked: (id) => hub.endHere(id),
    onError: (error) => {
      throw error
    },
  })
  hub = new SseHub({
    ...{ pubsub, clock, random: Math.random, maxStreams: 10 },
    toSnapshot: (checkout) =>
      snapshotOf(checkout, { merchant: 'Shop', codeTries: 3, now: t0, receipt: () => null }),
    onOpen: (checkout) => remoteChanges.follow(checkout),
  })
})
afterEach(() => database.close())

/** The versions that a new stream has shown so far. */
function open(checkout: Checkout): readonly number[] {
  const versions: number[] = []
  const write = (text: string) => {
    const id = /^id: (\d+)$/m.exec(text)?.[1]
    if (id !== undefined) versions.push(Number(id))
  }
  hub.open(checkout, { write, end() {}, destroy() {}, bufferedBytes: 0 }, undefined)
  return versions
}

it('shows the newest state to a stream that opens with what was read before another one was shown it', async () => {
  const before = { ...checkoutIn('open'), version: 1, attempts: [] }
  await store.create(before, 'session', null)
  const first = open(before)
  const entry = { attemptId: null, version: 2, at: t0, type: 'closing', evidence: null }
  await store.save({ ...before, version: 2, closing: 'canceled' }, [entry], [], before)
  remoteChanges.changed([before.id])
  await expect.poll(() => first).toEqual([1, 2])
  // What it shows first was read before that.
  const second = open(before)
  await expect.poll(() => second, { timeout: 5_000 }).toEqual([1, 2])
})
