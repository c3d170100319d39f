import { Hono } from 'hono'
import type { Context } from 'hono'
import type { CallbackResult, Callbacks } from '../core/callbacks.ts'
import { CheckoutError } from '../core/errors.ts'
import type { Log } from '../log.ts'
import type { ProblemCode } from '../protocol/index.ts'
import { readBytes } from './middleware.ts'

/** [netgiro] insert-cart: callbacks are "considered acknowledged only if they respond with 200 OK". */
const problems: Record<
  Exclude<CallbackResult, 'accepted' | 'unknown' | 'not_ours'>,
  ProblemCode
> = {
  refused: 'checkout_closed',
  later: 'provider_unavailable',
}

interface CallbackDeps {
  readonly callbacks: Callbacks
  /** What Netgíró signs its callbacks in; null where they are not signed in a header with underscores. */
  readonly underscoredHeader: string | null
  readonly log: Log
}

/** The provider's doorbell. The raw bytes are kept, for the signature is over them. */
export function callbackRoutes(deps: CallbackDeps) {
  const routes = new Hono()
  let isToldOfHeaders = false

  /** Only who knows a callback address gets this far, so that no stranger can have it said. */
  const tellOfHeaders = (provider: string, { headers }: Request) => {
    const { underscoredHeader: name, log } = deps
    if (isToldOfHeaders || provider !== 'netgiro' || name === null || headers.has(name)) return
    isToldOfHeaders = true
    log.warn(
      { header: name },
      'a callback came without its signature header: a proxy drops headers with underscores ' +
        '(nginx: underscores_in_headers on)',
    )
  }

  const ring = async (c: Context, about: 'success' | 'cancel') => {
    const { provider = '', token = '' } = c.req.param() as Partial<Record<string, string>>
    if (!/^cs_[\w-]{43}$/.test(token))
      throw new CheckoutError('not_found', { event: 'callback_unknown' })
    const { headers } = c.req.raw
    const body = await readBytes(c)
    const answer = await deps.callbacks.handle(provider, token, about, { headers, body })
    if (answer === 'unknown') throw new CheckoutError('not_found', { event: 'callback_unknown' })
    deps.log.info({ about, answer }, 'callback')
    tellOfHeaders(provider, c.req.raw)
    if (answer === 'not_ours')
      throw new CheckoutError('unauthorized', { event: 'callback_refused' })
    if (answer !== 'accepted') throw new CheckoutError(problems[answer])
    return c.body(null, 200)
  }

  routes.post('/:provider/:token', (c) => ring(c, 'success'))
  routes.post('/:provider/:token/cancel', (c) => ring(c, 'cancel'))
  return routes
}
