import type { MiddlewareHandler } from 'hono'

/**
 * The strictest policy that the shop works with. The payment element needs two lines of it, because its script and its
 * calls go to the payment server. Lit needs one Trusted Types policy, `lit-html`.
 */
const policy = (bffOrigin: string, avardaOrigin: string | null = null) =>
  [
    "default-src 'none'",
    `script-src 'self' ${bffOrigin} ${avardaOrigin ?? ''}`.trim(),
    `connect-src 'self' ${bffOrigin}`,
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Avarda's own script writes into the page without Trusted Types.
    ...(avardaOrigin
      ? [`frame-src ${avardaOrigin}`]
      : ["require-trusted-types-for 'script'", 'trusted-types lit-html']),
  ].join('; ')

export function headers(bffUrl: string, avardaUrl: string): MiddlewareHandler {
  const ours = policy(new URL(bffUrl).origin)
  const withAvarda = policy(new URL(bffUrl).origin, new URL(avardaUrl).origin)
  return async (c, next) => {
    await next()
    const hostsForm = c.req.path.startsWith('/sweden/')
    c.header('Content-Security-Policy', hostsForm ? withAvarda : ours)
    c.header('X-Content-Type-Options', 'nosniff')
    // Not `no-referrer`: it turns the Origin of the shop's own forms into `null`, and csrf() would refuse them.
    c.header('Referrer-Policy', 'same-origin')
    // No cart or order may come from a cache on a shared machine.
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  }
}
