import { Hono } from 'hono'
import type { Checkouts, DoorbellAnswer } from '../checkout/service.ts'
import { CheckoutError, problemResponse } from '../errors.ts'
import type { Log } from '../log.ts'

/** [netgiro] insert-cart: callbacks are "considered acknowledged only if they respond with 200 OK". */
const answers: Record<DoorbellAnswer, () => Response> = {
  accepted: () => new Response(null, { status: 200 }),
  unknown: () => problemResponse('not_found'),
  not_ours: () => problemResponse('unauthorized'),
  refused: () => problemResponse('checkout_closed'),
  later: () => problemResponse('provider_unavailable'),
}

/** The provider's doorbell. The raw bytes are kept, for the signature is over them. */
export function callbackRoutes(checkouts: Checkouts, log: Log) {
  const routes = new Hono()

  const ring = async (
    { provider, token }: { provider: string; token: string },
    about: 'success' | 'cancel',
    request: Request,
  ) => {
    if (!/^cs_[\w-]{43}$/.test(token)) throw new CheckoutError('not_found')
    const body = new Uint8Array(await request.arrayBuffer())
    const answer = await checkouts.ring(provider, token, about, { headers: request.headers, body })
    log.info({ about, answer }, 'callback')
    return answers[answer]()
  }

  routes.post('/:provider/:token', (c) => ring(c.req.param(), 'success', c.req.raw))
  routes.post('/:provider/:token/cancel', (c) => ring(c.req.param(), 'cancel', c.req.raw))
  return routes
}
