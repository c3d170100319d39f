import { describe, expect, it } from 'vitest'
import type { PayerRequest } from '../../server/core/checkout.ts'
import { payerOf, payerText } from '../../server/core/payer.ts'

describe('a payer', () => {
  it.each<[PayerRequest, masked: string]>([
    [{ kind: 'phone', value: '8223281' }, '•••3281'],
    [{ kind: 'national_id', value: '1203894569' }, '••••••4569'],
    [{ kind: 'app_code', value: '123456' }, '••••'],
    [{ kind: 'provider_form' }, ''],
  ])('a payer is stored masked and by a hash: $kind', (payer, masked) => {
    expect(payerOf(payer, 'hash')).toEqual({ kind: payer.kind, masked, hash: 'hash' })
  })

  it.each<[PayerRequest, text: string]>([
    [{ kind: 'phone', value: '8223281' }, '8223281'],
    [{ kind: 'national_id', value: '1203894569' }, 'national_id:1203894569'],
    [{ kind: 'app_code', value: '123456' }, 'app_code:123456'],
    [{ kind: 'provider_form' }, 'provider_form:chk_1'],
  ])(
    "a payer is recognized by what identifies it, or by its checkout in the provider's form",
    (payer, text) => {
      expect(payerText(payer, 'chk_1')).toBe(text)
    },
  )
})
