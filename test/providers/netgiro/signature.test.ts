import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  isSignedBy,
  nonces,
  readByAny,
  secretsOf,
  sign,
} from '../../../server/providers/netgiro/signature.ts'
import { secretKey } from '../../support/test-server.ts'

const insertCart =
  '{"Amount":1000,"Reference":"991100-123","CustomerId":"8223281","ConfirmationType":1,"CallbackUrl":"www.example.com/callback-success/991100-123","CallbackCancelUrl":"www.example.com/callback-cancel/991100-123"}'
const transaction = '{"TransactionId":"49888c9f-4f30-4d25-a4b9-899e756467fe"}'
const local = 'http://127.0.0.1:4010/v1/Checkout'

/** Published by Netgíró (G1, P1, G2, P2), and captured from its demo client and .NET wrapper on loopback. */
const vectors: Record<string, [nonce: string, url: string, body: string, signature: string]> = {
  'the published GET example': [
    '635318618538563781',
    'https://api.netgiro.is/v1/Sales/GetList?AllForCompany=true',
    '',
    '1fcfcbf71b1350cf914ebb952c71d74551416a965ee3b65c38a16b35e687f87c',
  ],
  'the published POST example': [
    '39084373214935208',
    'https://api.test.netgiro.is/v1/Checkout/InsertCart',
    insertCart,
    '8ff35684c44ae5279f16f5b024b80a7f4de18f45b71aafc9c03a2f07ac3e9856',
  ],
  'the GET example of 2023': [
    '635318618538563781',
    'https://api.netgiro.is/v1/sales/GetList?AllForCompany=true',
    '',
    'fab2e49378897fc3e36a51c747fe90792e604080459f4ea2c782596ce7e31cd2',
  ],
  'the POST example of 2023': [
    '39084373214935208',
    'https://test.netgiro.is/api/checkout/InsertCart',
    '{"amount":100,"reference":"1005122-122331-113","customerId":"7700001","confirmationType":0}',
    'd463a978220c9095ef5134c512fe24d8084f656453cf5b5aabed8a1576ef1d0b',
  ],
  'an InsertCart of the demo client': [
    'FAILoBgCTLgxEyrw',
    `${local}/InsertCart`,
    '{"Amount":1990,"Description":null,"Reference":"WEB-123","CustomerId":"8223281","CallbackUrl":"http://localhost:5000/Callback/Callback"}',
    '35d38c4c548c835fbba1afbb3de15ae4c0fe44b4a86f63d5a684b803204978df',
  ],
  'an InsertCart with Icelandic letters': [
    'laSmfiMgxeLDyyQo',
    `${local}/InsertCart`,
    '{"Amount":1990,"Description":"Þæfður ullarsokkur / \\"tvö\\" <pör> & annað","Reference":"WEB-124","CustomerId":"8223281","CallbackUrl":"http://localhost:5000/Callback/Callback"}',
    'e3e65797b7a13ed94092bfc2e2a2bd7db685ee75fe49cb7a2cf5d535f68c432e',
  ],
  'a CheckCart': [
    'PlYcNOFqQhvSdmpK',
    `${local}/CheckCart`,
    transaction,
    'bdbbc499121ddeaca84da99bb54f38f785fb5972a1059be9a7773f5b93f67c91',
  ],
  'a ConfirmCart': [
    'ALznuwYHgpcIObsA',
    `${local}/ConfirmCart`,
    '{"TransactionId":"49888c9f-4f30-4d25-a4b9-899e756467fe","Identifier":"1"}',
    'dfd64c969dd55911913f3c23aea59b45f238b744ae80221dfb0a862934267deb',
  ],
  'a CancelCart': [
    'JdIJcaKXIFPzrngR',
    `${local}/CancelCart`,
    transaction,
    '28625acaa007047a5b1eb1b2f9a993ac4b6092d6d5355545ff29434bbb5087a8',
  ],
  'an answer that the .NET wrapper believes': [
    '639000000000000001',
    'http://127.0.0.1:4011/v1/Payment/Cancel',
    '{"Success":true,"Message":"Success","ResultCode":10201}',
    '6a82cb66764260404ee92ce613a502cdfe537ab187604d12a9e17e41cb12cd0e',
  ],
  'a callback': [
    '39084373214935208',
    'http://localhost:5000/Callback/Callback',
    '{"PaymentSuccessful":true,"PaymentInfo":{"TransactionId":"49888c9f-4f30-4d25-a4b9-899e756467fe","InvoiceNumber":1234,"ReferenceNumber":"WEB-123","StatusId":1,"Created":"2020-01-22T13:21:29","TotalAmount":1990.0},"Success":true,"Message":null,"ResultCode":10429}',
    '1f071a5478865fba13312f83a15ea0b4e319b9ab8449fcccbb45c2a47161e6b9',
  ],
}

describe('signing', () => {
  it.each(Object.entries(vectors))(
    'reproduces the signature of %s',
    (_, [nonce, url, body, signature]) => {
      expect(sign(secretKey, nonce, url, body)).toBe(signature)
      expect(isSignedBy(secretKey, { nonce, url, body: Buffer.from(body), signature })).toBe(true)
    },
  )

  it('signs the exact bytes that are sent, whatever the text contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (url, text) => {
        const body = JSON.stringify({ Description: text, þ: '🇮🇸' })
        const bytes = Buffer.concat([Buffer.from(`secretnonce${url}`), Buffer.from(body)])
        expect(sign('secret', 'nonce', url, body)).toBe(
          createHash('sha256').update(bytes).digest('hex'),
        )
      }),
    )
  })

  it('refuses a body, url, nonce or signature in which one character differs', () => {
    const [nonce, url, body, signature] = vectors['a callback']!
    const good = { nonce, url, body, signature }
    for (const part of ['nonce', 'url', 'body', 'signature'] as const) {
      expect(isSignedBy(secretKey, { ...good, [part]: `${good[part].slice(0, -1)}~` })).toBe(false)
      expect(isSignedBy(secretKey, { ...good, [part]: '' })).toBe(false)
    }
    expect(isSignedBy('another secret', good)).toBe(false)
  })
})

describe('the rotation of a secret', () => {
  it('believes the newest secret first, and the previous one where there is one', () => {
    expect(secretsOf({ secretKey: 'new' })).toEqual(['new'])
    expect(secretsOf({ secretKey: 'new', previousSecretKey: null })).toEqual(['new'])
    expect(secretsOf({ secretKey: 'new', previousSecretKey: 'old' })).toEqual(['new', 'old'])
  })

  it('reads by the first secret that fits, and nothing if none does', () => {
    const read = (fitting: string) =>
      readByAny(['new', 'old'], (secret) => (secret.includes(fitting) ? secret : null))
    expect(read('')).toBe('new')
    expect(read('old')).toBe('old')
    expect(read('another')).toBeNull()
  })
})

describe('nonces', () => {
  it('nonces increase strictly when the clock stands still or steps back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 2 }), (times) => {
        const ticking = [...times]
        const next = nonces(() => ticking.shift() ?? 0)
        const seen = times.map(() => next())
        expect(seen.every((nonce) => /^\d+$/.test(nonce))).toBe(true)
        seen
          .slice(1)
          .forEach((nonce, index) => expect(BigInt(nonce) > BigInt(seen[index]!)).toBe(true))
      }),
    )
  })

  it('nonces are ticks since 1900 as the documents recommend', () => {
    expect(nonces(() => Date.UTC(2023, 10, 8, 12))()).toBe(
      '39084379200000000'.replace(
        /.*/,
        String((BigInt(Date.UTC(2023, 10, 8, 12)) + 2208988800000n) * 10000n),
      ),
    )
  })

  it('nonces keep increasing after ten thousand in one millisecond', () => {
    const next = nonces(() => 1_000)
    const seen = Array.from({ length: 25_000 }, () => BigInt(next()))
    expect(seen.map((nonce) => nonce - seen[0]!)).toEqual(seen.map((_, index) => BigInt(index)))
    expect(new Set(seen).size).toBe(25_000)
    expect(seen).toEqual([...seen].sort((a, b) => (a < b ? -1 : 1)))
  })
})
