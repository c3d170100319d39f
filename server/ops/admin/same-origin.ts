import { createMiddleware } from 'hono/factory'
import { CheckoutError } from '../../core/errors.ts'

/**
 * Lets a POST in only from a page of this very server: `Origin` is the host that was asked (a tunnel to it included), or
 * the public one where a proxy says another. Every browser sends it, and no page can forge it.
 */
export const onlySameOrigin = (publicUrl: string) =>
  createMiddleware(async (c, next) => {
    const { method } = c.req
    if (method !== 'GET' && method !== 'HEAD') {
      const origin = c.req.header('origin') ?? ''
      const isOwn =
        URL.canParse(origin) &&
        (origin === new URL(publicUrl).origin || new URL(origin).host === c.req.header('host'))
      if (!isOwn) throw new CheckoutError('origin_not_allowed', { origin })
    }
    await next()
  })
