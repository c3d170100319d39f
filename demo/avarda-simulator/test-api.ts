import type { Context, Hono } from 'hono'
import { boolean, nullish, object, optional, safeParse, string, unknown } from 'valibot'

import type { HttpEnv } from '../simulator-kit/http.ts'
import { createTestApi as createCommonTestApi } from '../simulator-kit/test-api.ts'
import type { Faults } from './faults.ts'
import type { Entry, Ledger } from './ledger.ts'
import { isState } from './states.ts'
import { ledgerView, purchaseView } from './view.ts'

export interface TestApiDeps {
  readonly ledger: Ledger
  readonly faults: Faults
  readonly reset: () => void
}

const wishSchema = object({
  notifyUrl: nullish(string()),
  callbackUrl: nullish(string()),
  state: optional(unknown()),
  force: optional(boolean(), false),
})

/** What tests use; Avarda has nothing like it. */
export function createTestApi({ ledger, faults, reset }: TestApiDeps): Hono<HttpEnv> {
  const api = createCommonTestApi({ faults, reset })

  api.get('/purchases', (c) => c.json(ledgerView(ledger, faults)))

  api.get('/purchases/:id', (c) => {
    const entry = ledger.find(c.req.param('id'))
    return entry ? c.json(purchaseView(entry)) : c.json({ error: 'No such purchase.' }, 404)
  })

  const deeds = ['approve', 'decline', 'cancel', 'timeOut', 'handOver'] as const
  for (const deed of deeds)
    api.post(`/purchases/:id/${deed.toLowerCase()}`, (c) => act(c, (entry) => ledger[deed](entry)))

  api.post('/purchases/:id/open', async (c) => {
    const { notifyUrl, callbackUrl } = await readWish(c)
    return act(c, (entry) => ledger.open(entry, { notifyUrl, callbackUrl }))
  })

  api.post('/purchases/:id/advance', async (c) => {
    const { state, force } = await readWish(c)
    if (!isState(state)) return c.json({ error: 'There is no such state.' }, 400)
    return act(c, (entry) => ledger.advance(entry, state, force))
  })

  function act(c: Context<HttpEnv>, deed: (entry: Entry) => boolean) {
    const entry = ledger.find(c.req.param('id') ?? '')
    if (!entry) return c.json({ error: 'No such purchase.' }, 404)
    const done = deed(entry)
    const purchase = purchaseView(entry)
    return done ? c.json(purchase) : c.json({ error: 'Not from this state.', purchase }, 409)
  }

  async function readWish(c: Context<HttpEnv>) {
    const result = safeParse(wishSchema, await c.req.json<unknown>().catch(() => ({})))
    return result.success ? result.output : { force: false }
  }

  return api
}
