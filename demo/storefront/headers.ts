import type { MiddlewareHandler } from 'hono'

/**
 * The strictest policy that the shop can live under. The payment element needs two lines of it: its script and its
 * calls come from the payment server. Lit asks for one Trusted Types policy, `lit-html`.
 */
const policy = (bffOrigin: string) =>
  [
    "default-src 'none'",
    `script-src 'self' ${bffOrigin}`,
    `connect-src 'self' ${bffOrigin}`,
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ')

export function headers(bffUrl: string): MiddlewareHandler {
  const contentSecurityPolicy = policy(new URL(bffUrl).origin)
  return async (c, next) => {
    await next()
    c.header('Content-Security-Policy', contentSecurityPolicy)
    c.header('X-Content-Type-Options', 'nosniff')
    // Not `no-referrer`: it turns the Origin of the shop's own forms into `null`, and the guard would refuse them.
    c.header('Referrer-Policy', 'same-origin')
    // A cart or an order must not come back out of a cache on a shared machine.
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  }
}
