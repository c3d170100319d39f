import type { Handler } from 'hono'

/** Serves the public keys of receipts. A key must be among them for as long as caches keep them before it signs. */
export function jwksRoute(jwks: object): Handler {
  const body = JSON.stringify(jwks)
  const headers = {
    'content-type': 'application/jwk-set+json',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  }
  return (c) => c.body(body, 200, headers)
}
