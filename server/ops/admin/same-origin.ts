import { createMiddleware } from 'hono/factory'
import { CheckoutError } from '../../core/errors.ts'

/**
 * Allows a POST only from a page of this server: `Origin` must be the requested host (so that a tunnel works), or the public
 * origin where a proxy changes `Host`. Every browser sends it, and no page can forge it.
 *
 * Own code, because Hono's `csrf()` is weaker: it checks form content types only, accepts `Sec-Fetch-Site` instead of an
 * `Origin`, and its error would become neither a problem response nor a security event.
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
