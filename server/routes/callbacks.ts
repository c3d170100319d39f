import { Hono } from 'hono'
import type { DoorbellAnswer, Doorbells } from '../checkout/doorbells.ts'
import { CheckoutError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { ProblemCode } from '../protocol.ts'

/** [netgiro] insert-cart: callbacks are "considered acknowledged only if they respond with 200 OK". */
const problems: Record<Exclude<DoorbellAnswer, 'accepted'>, ProblemCode> = {
  unknown: 'not_found',
  not_ours: 'unauthorized',
  refused: 'checkout_closed',
  later: 'provider_unavailable',
}

/** The provider's doorbell. The raw bytes are kept, for the signature is over them. */
export function callbackRoutes(doorbells: Doorbells, log: Log) {
  const routes = new Hono()

  const ring = async (
    { provider, token }: { provider: string; token: string },
    about: 'success' | 'cancel',
    request: Request,
  ) => {
    if (!/^cs_[\w-]{43}$/.test(token)) throw new CheckoutError('not_found')
    const body = new Uint8Array(await request.arrayBuffer())
    const answer = await doorbells.ring(provider, token, about, { headers: request.headers, body })
    log.info({ about, answer }, 'callback')
    if (answer !== 'accepted') throw new CheckoutError(problems[answer])
  }

  routes.post('/:provider/:token', async (c) => {
    await ring(c.req.param(), 'success', c.req.raw)
    return c.body(null, 200)
  })
  routes.post('/:provider/:token/cancel', async (c) => {
    await ring(c.req.param(), 'cancel', c.req.raw)
    return c.body(null, 200)
  })
  return routes
}
