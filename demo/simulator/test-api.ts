import type { Hono } from 'hono'

import type { HttpEnv } from '../simulator-kit/http.ts'
import { createTestApi as createCommonTestApi } from '../simulator-kit/test-api.ts'
import type { Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { cartView, ledgerView } from './view.ts'

export interface TestApiDeps {
  readonly ledger: Ledger
  readonly faults: Faults
  readonly reset: () => void
}

/** What tests and the phone page use; Netgíró has nothing like it. */
export function createTestApi({ ledger, faults, reset }: TestApiDeps): Hono<HttpEnv> {
  const api = createCommonTestApi({ faults, reset })

  api.get('/carts', (c) => c.json(ledgerView(ledger, faults)))

  api.get('/carts/:id', (c) => {
    const entry = ledger.find(c.req.param('id'))
    return entry ? c.json(cartView(entry)) : c.json({ error: 'No such cart.' }, 404)
  })

  for (const action of ['approve', 'reject', 'expire'] as const)
    api.post(`/carts/:id/${action}`, (c) => {
      const entry = ledger.find(c.req.param('id'))
      if (!entry) return c.json({ error: 'No such cart.' }, 404)
      const done = ledger[action](entry)
      if (!done) return c.json({ error: 'The cart is not waiting.', cart: cartView(entry) }, 409)
      return c.json(cartView(entry))
    })

  return api
}
