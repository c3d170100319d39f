import { Hono } from 'hono'
import type { Context } from 'hono'
import type { CallbackResult } from '../core/callbacks.ts'
import { CheckoutError } from '../core/errors.ts'
import { LruCache } from '../core/lru-cache.ts'
import type { ProblemCode } from '../protocol/index.ts'
import type { Merchant, MerchantEnv, Merchants } from './merchants.ts'
import { readBytes } from './middleware.ts'

/** [netgiro] insert-cart: callbacks are "considered acknowledged only if they respond with 200 OK". */
const problems: Record<
  Exclude<CallbackResult, 'accepted' | 'unknown' | 'not_ours'>,
  ProblemCode
> = {
  refused: 'checkout_closed',
  later: 'provider_unavailable',
}

/** Of one URL: more than a provider calls it. The URL of a form is known to a browser, which could fill the log. */
const maxLogged = 20

/** Receives the provider's callbacks. The body stays as raw bytes, because the signature is over them. */
export function callbackRoutes(merchants: Merchants) {
  const routes = new Hono<MerchantEnv>()
  let hasWarnedOfHeaders = false
  /** How often each URL was called, by its token. */
  const calls = new LruCache<number>(20_000)

  /** Called for known callback URLs only, so that others cannot trigger the warning. */
  const warnOfLostHeader = (merchant: Merchant, provider: string, { headers }: Request) => {
    const { underscoredHeader: name, log } = merchant
    if (hasWarnedOfHeaders || provider !== 'netgiro' || name === null || headers.has(name)) return
    hasWarnedOfHeaders = true
    log.warn(
      { header: name },
      'a callback arrived without its signature header: a proxy drops headers with underscores ' +
        '(nginx: underscores_in_headers on)',
    )
  }

  const handle = async (c: Context<MerchantEnv>, about: 'success' | 'cancel') => {
    const { provider = '', token = '' } = c.req.param() as Partial<Record<string, string>>
    if (!/^cs_[\w-]{43}$/.test(token))
      throw new CheckoutError('not_found', { event: 'callback_unknown' })
    const { headers } = c.req.raw
    const callback = { headers, body: await readBytes(c) }
    const deliver = async () => {
      const merchant = await merchants.byCallbackToken(token)
      if (!merchant) return null
      c.set('merchant', merchant)
      return { merchant, result: await merchant.callbacks.handle(provider, token, about, callback) }
    }
    // The database is away. Perhaps nothing but this callback names the request, and it will not come again.
    const deliverOrRetry = (): ReturnType<typeof deliver> =>
      deliver().catch((error: unknown) => {
        merchants.callbackRetries.retry(token, deliverOrRetry)
        throw error
      })
    const delivered = await deliverOrRetry()
    if (!delivered || delivered.result === 'unknown')
      throw new CheckoutError('not_found', { event: 'callback_unknown' })
    const { merchant, result } = delivered
    const count = (calls.get(token) ?? 0) + 1
    calls.set(token, count)
    merchant.log[count <= maxLogged ? 'info' : 'debug']({ about, answer: result }, 'callback')
    warnOfLostHeader(merchant, provider, c.req.raw)
    if (result === 'not_ours')
      throw new CheckoutError('unauthorized', { event: 'callback_refused' })
    if (result !== 'accepted') throw new CheckoutError(problems[result])
    return c.body(null, 200)
  }

  routes.post('/:provider/:token', (c) => handle(c, 'success'))
  routes.post('/:provider/:token/cancel', (c) => handle(c, 'cancel'))
  return routes
}
