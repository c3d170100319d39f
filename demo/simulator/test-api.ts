import { Hono } from 'hono'

import type { Env } from './api.ts'
import { faultKinds, readFault, type Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { cartView, ledgerView } from './view.ts'

export interface TestApiDeps {
  readonly ledger: Ledger
  readonly faults: Faults
  readonly reset: () => void
}

/** What tests and the phone page use; nothing of this exists at Netgíró. */
export function createTestApi({ ledger, faults, reset }: TestApiDeps): Hono<Env> {
  const api = new Hono<Env>()

  api.get('/carts', (c) => c.json(ledgerView(ledger, faults)))

  api.get('/carts/:id', (c) => {
    const entry = ledger.find(c.req.param('id'))
    return entry ? c.json(cartView(entry)) : c.json({ error: 'No such cart.' }, 404)
  })

  for (const deed of ['approve', 'reject', 'expire'] as const)
    api.post(`/carts/:id/${deed}`, (c) => {
      const entry = ledger.find(c.req.param('id'))
      if (!entry) return c.json({ error: 'No such cart.' }, 404)
      const done = ledger[deed](entry)
      if (!done) return c.json({ error: 'The cart is not waiting.', cart: cartView(entry) }, 409)
      return c.json(cartView(entry))
    })

  api.post('/reset', (c) => {
    reset()
    return c.body(null, 204)
  })

  api.get('/faults', (c) => c.json({ faults: faults.list(), kinds: faultKinds }))

  api.delete('/faults', (c) => {
    faults.clear()
    return c.body(null, 204)
  })

  api.post('/faults', async (c) => {
    const fault = readFault(await c.req.json<unknown>().catch(() => undefined))
    if (!fault) return c.json({ error: 'There is no such fault.', kinds: faultKinds }, 400)
    faults.add(fault)
    return c.json({ faults: faults.list() }, 201)
  })

  return api
}
