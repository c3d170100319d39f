import { checkoutStore } from '../../../server/store/checkout-store.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { waiting } from '../checks/watch.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { countWrites } from './writers.ts'
import type { WriteOptions } from './writers.ts'

const commands = {
  /** Our store alone: each write is a change of a checkout with its attempt and its history, in a group commit. */
  async write({ path, writers, ms }: WriteOptions) {
    const database = await openDatabase(`file:${path}`)
    const store = checkoutStore(database)
    const checkouts = Array.from({ length: writers }, (_, index) => waiting(index))
    for (const [index, checkout] of checkouts.entries()) {
      const empty = { ...checkout, version: checkout.version - 1, attempts: [] }
      await store.create(empty, `hash-${index}`, null)
      const attemptId = checkout.attempts[0]?.id ?? null
      const entry = { attemptId, version: checkout.version, at: 0, type: 'x', evidence: null }
      if ((await store.save(checkout, [entry], [], empty)) !== 'saved')
        throw new Error('the attempt was not stored')
    }
    const perSecond = await countWrites(writers, ms, async (count) => {
      const before = checkouts[count % writers] ?? waiting(0)
      const changed = { ...before, version: before.version + 1 }
      checkouts[count % writers] = changed
      const attemptId = changed.attempts[0]?.id ?? null
      const entry = { attemptId, version: changed.version, at: count, type: 'x', evidence: null }
      if ((await store.save(changed, [entry], [], before)) !== 'saved')
        throw new Error('two writers had one checkout')
    })
    await database.close()
    return perSecond
  },
}

export type LoadStore = typeof commands
serveRequests(commands)
