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

it('the id of a key is the thumbprint that the standard computes for it', () => {
  // [rfc8037] appendix A.1 and A.3.
  const seed = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url')
  const [key] = receiptKeys([seed.toString('base64')], '').jwks.keys
  expect(key?.x).toBe('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo')
  expect(key?.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})
