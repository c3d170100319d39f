import type { Hono } from 'hono'

import type { HttpEnv } from '../simulator-kit/http.ts'
import { createTestApi as createCommonTestApi } from '../simulator-kit/test-api.ts'
import type { Carts } from './carts.ts'
import type { Faults } from './faults.ts'
import { cartsView, cartView } from './view.ts'

export interface TestApiDeps {
  readonly carts: Carts
  readonly faults: Faults
  readonly reset: () => void
}

/** What tests and the phone page use; Netgíró has nothing like it. */
export function createTestApi({ carts, faults, reset }: TestApiDeps): Hono<HttpEnv> {
  const api = createCommonTestApi({ faults, reset })

  api.get('/carts', (c) => c.json(cartsView(carts, faults)))

  api.get('/carts/:id', (c) => {
    const record = carts.find(c.req.param('id'))
    return record ? c.json(cartView(record)) : c.json({ error: 'No such cart.' }, 404)
  })

  for (const action of ['approve', 'reject', 'expire'] as const)
    api.post(`/carts/:id/${action}`, (c) => {
      const record = carts.find(c.req.param('id'))
      if (!record) return c.json({ error: 'No such cart.' }, 404)
      const done = carts[action](record)
      if (!done) return c.json({ error: 'The cart is not waiting.', cart: cartView(record) }, 409)
      return c.json(cartView(record))
    })

  return api
}
