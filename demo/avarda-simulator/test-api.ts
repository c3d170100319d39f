import type { Context, Hono } from 'hono'
import { boolean, nullish, object, optional, safeParse, string, unknown } from 'valibot'

import type { HttpEnv } from '../simulator-kit/http.ts'
import { createTestApi as createCommonTestApi } from '../simulator-kit/test-api.ts'
import type { Faults } from './faults.ts'
import type { PurchaseRecord, Purchases } from './purchases.ts'
import { isState } from './states.ts'
import { purchasesView, purchaseView } from './view.ts'

export interface TestApiDeps {
  readonly purchases: Purchases
  readonly faults: Faults
  readonly reset: () => void
}

const bodySchema = object({
  notifyUrl: nullish(string()),
  callbackUrl: nullish(string()),
  state: optional(unknown()),
  force: optional(boolean(), false),
})

/** What tests use; Avarda has nothing like it. */
export function createTestApi({ purchases, faults, reset }: TestApiDeps): Hono<HttpEnv> {
  const api = createCommonTestApi({ faults, reset })

  api.get('/purchases', (c) => c.json(purchasesView(purchases, faults)))

  api.get('/purchases/:id', (c) => {
    const record = purchases.find(c.req.param('id'))
    return record ? c.json(purchaseView(record)) : c.json({ error: 'No such purchase.' }, 404)
  })

  const actions = ['approve', 'decline', 'cancel', 'timeOut', 'handOver'] as const
  for (const action of actions)
    api.post(`/purchases/:id/${action.toLowerCase()}`, (c) =>
      act(c, (record) => purchases[action](record)),
    )

  api.post('/purchases/:id/open', async (c) => {
    const { notifyUrl, callbackUrl } = await readBody(c)
    return act(c, (record) => purchases.open(record, { notifyUrl, callbackUrl }))
  })

  api.post('/purchases/:id/advance', async (c) => {
    const { state, force } = await readBody(c)
    if (!isState(state)) return c.json({ error: 'There is no such state.' }, 400)
    return act(c, (record) => purchases.advance(record, state, force))
  })

  function act(c: Context<HttpEnv>, action: (record: PurchaseRecord) => boolean) {
    const record = purchases.find(c.req.param('id') ?? '')
    if (!record) return c.json({ error: 'No such purchase.' }, 404)
    const done = action(record)
    const purchase = purchaseView(record)
    return done ? c.json(purchase) : c.json({ error: 'Not from this state.', purchase }, 409)
  }

  async function readBody(c: Context<HttpEnv>) {
    const result = safeParse(bodySchema, await c.req.json<unknown>().catch(() => ({})))
    return result.success ? result.output : { force: false }
  }

  return api
}
