import { createPublicKey, verify } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { expect, it } from 'vitest'
import { receiptClaims } from '../../server/core/receipt.ts'
import { statuses } from '../../server/protocol/index.ts'
import { receiptKeys } from '../../server/receipts.ts'
import { checkoutIn, t0 } from '../support/checkouts.ts'

it.each(statuses)('only a checkout that is paid has a receipt, not one that is %s', (status) => {
  const checkout = checkoutIn(status, {}, { paidAt: t0 })
  const claims = receiptClaims(checkout, 'https://pay.shop.is')
  expect(claims?.status).toBe(status === 'paid' ? 'paid' : undefined)
})

it('a checkout has no receipt while it is not known when it was paid', () => {
  const checkout = checkoutIn('paid', {}, { paidAt: null })
  expect(receiptClaims(checkout, 'https://pay.shop.is')).toBeNull()
})

it('no receipt is issued without a key', () => {
  const { issue, jwks } = receiptKeys([], 'https://pay.shop.is')
  expect(issue(checkoutIn('paid', {}, { paidAt: t0 }))).toBeNull()
  expect(jwks).toEqual({ keys: [] })
})

it('a receipt says what was paid, and is signed with the newest key', () => {
  const seeds = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'))
  const { issue, jwks } = receiptKeys(seeds, 'https://pay.shop.is')
  const paid = checkoutIn('paid', {}, { paidAt: t0 })
  const [header = '', claims = '', signature = ''] = issue(paid)?.split('.') ?? []
  const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown
  const [key] = jwks.keys
  expect(decoded(header)).toEqual({ alg: 'EdDSA', kid: key?.kid, typ: 'checkout-receipt+jwt' })
  expect(decoded(claims)).toEqual({
    ...{ iss: 'https://pay.shop.is', iat: t0 / 1000, paidAt: new Date(t0).toISOString() },
    ...{ checkout: 'chk_1', reference: 'WEB-1', amount: 12990, currency: 'ISK', status: 'paid' },
  })
  expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' })
  const publicKey = createPublicKey({ key: { ...key } as JsonWebKey, format: 'jwk' })
  const content = Buffer.from(`${header}.${claims}`)
  expect(verify(null, content, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  expect(issue(checkoutIn('open'))).toBeNull()
})

it('the id of a key is the thumbprint that the standard computes for it', () => {
  // [rfc8037] appendix A.1 and A.3.
  const seed = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url')
  const [key] = receiptKeys([seed.toString('base64')], '').jwks.keys
  expect(key?.x).toBe('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo')
  expect(key?.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})
