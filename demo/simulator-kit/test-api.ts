import { Hono } from 'hono'

import type { FaultKinds } from './faults.ts'
import type { HttpEnv } from './http.ts'

export interface TestApiDeps {
  readonly faults: {
    readonly kinds: FaultKinds
    add(spec: unknown): boolean
    list(): readonly object[]
    clear(): void
  }
  readonly reset: () => void
}

/** What tests use of every simulator: faults and a reset. No provider has anything like it. */
export function createTestApi({ faults, reset }: TestApiDeps): Hono<HttpEnv> {
  const api = new Hono<HttpEnv>()

  api.post('/reset', (c) => {
    reset()
    return c.body(null, 204)
  })

  api.get('/faults', (c) => c.json({ faults: faults.list(), kinds: faults.kinds }))

  api.delete('/faults', (c) => {
    faults.clear()
    return c.body(null, 204)
  })

  api.post('/faults', async (c) => {
    const isKnown = faults.add(await c.req.json<unknown>().catch(() => undefined))
    if (!isKnown) return c.json({ error: 'There is no such fault.', kinds: faults.kinds }, 400)
    return c.json({ faults: faults.list() }, 201)
  })

  return api
}
