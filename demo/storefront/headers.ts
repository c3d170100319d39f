import type { MiddlewareHandler } from 'hono'
import type { Shop } from './shop.ts'

/**
 * The strictest policy that the shop works with. The payment element needs two lines of it, because its script and its
 * calls go to the payment server. Lit needs one Trusted Types policy, `lit-html`. The frame is for the simulated phone, or for
 * Avarda's form.
 */
const policy = (bffOrigin: string, frameOrigin: string, avardaOrigin: string | null = null) =>
  [
    "default-src 'none'",
    `script-src 'self' ${bffOrigin} ${avardaOrigin ?? ''}`.trim(),
    `connect-src 'self' ${bffOrigin}`,
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `frame-src ${frameOrigin}`,
    // Avarda's own script writes into the page without Trusted Types.
    ...(avardaOrigin ? [] : ["require-trusted-types-for 'script'", 'trusted-types lit-html']),
  ].join('; ')

export function headers({
  bffUrl,
  avardaUrl,
  customerUrl,
}: Pick<Shop, 'bffUrl' | 'avardaUrl' | 'customerUrl'>): MiddlewareHandler {
  const { origin: bff } = new URL(bffUrl)
  const { origin: avarda } = new URL(avardaUrl)
  const ours = policy(bff, new URL(customerUrl).origin)
  const withAvarda = policy(bff, avarda, avarda)
  return async (c, next) => {
    await next()
    const hostsForm = /^\/(?:sweden\/|gallery)/.test(c.req.path)
    c.header('Content-Security-Policy', hostsForm ? withAvarda : ours)
    c.header('X-Content-Type-Options', 'nosniff')
    // Not `no-referrer`: it turns the Origin of the shop's own forms into `null`, and csrf() would refuse them.
    c.header('Referrer-Policy', 'same-origin')
    // No cart or order may come from a cache on a shared machine.
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  }
}
