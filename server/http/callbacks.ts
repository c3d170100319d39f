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
  /** The header with underscores in which Netgíró signs its callbacks; null for APIs that use no such header. */
  readonly underscoredHeader: string | null
  readonly log: Log
}

/** Receives the provider's callbacks. The body stays as raw bytes, because the signature is over them. */
export function callbackRoutes(deps: CallbackDeps) {
  const routes = new Hono()
  let hasWarnedOfHeaders = false

  /** Called for known callback URLs only, so that others cannot trigger the warning. */
  const warnOfLostHeader = (provider: string, { headers }: Request) => {
    const { underscoredHeader: name, log } = deps
    if (hasWarnedOfHeaders || provider !== 'netgiro' || name === null || headers.has(name)) return
    hasWarnedOfHeaders = true
    log.warn(
      { header: name },
      'a callback arrived without its signature header: a proxy drops headers with underscores ' +
        '(nginx: underscores_in_headers on)',
    )
  }

  const handle = async (c: Context, about: 'success' | 'cancel') => {
    const { provider = '', token = '' } = c.req.param() as Partial<Record<string, string>>
    if (!/^cs_[\w-]{43}$/.test(token))
      throw new CheckoutError('not_found', { event: 'callback_unknown' })
    const { headers } = c.req.raw
    const body = await readBytes(c)
    const result = await deps.callbacks.handle(provider, token, about, { headers, body })
    if (result === 'unknown') throw new CheckoutError('not_found', { event: 'callback_unknown' })
    deps.log.info({ about, answer: result }, 'callback')
    warnOfLostHeader(provider, c.req.raw)
    if (result === 'not_ours')
      throw new CheckoutError('unauthorized', { event: 'callback_refused' })
    if (result !== 'accepted') throw new CheckoutError(problems[result])
    return c.body(null, 200)
  }

  routes.post('/:provider/:token', (c) => handle(c, 'success'))
  routes.post('/:provider/:token/cancel', (c) => handle(c, 'cancel'))
  return routes
}
