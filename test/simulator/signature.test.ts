import { describe, expect, it } from 'vitest'

import { sandbox } from '../../demo/simulator/sandbox.ts'
import { newNonce, sign, verify } from '../../demo/simulator/signature.ts'

const test = 'https://api.test.netgiro.is/v1/Checkout'
const local = 'http://127.0.0.1:4010/v1/Checkout'
const cart = '49888c9f-4f30-4d25-a4b9-899e756467fe'

const published = [
  {
    name: 'GET example',
    nonce: '635318618538563781',
    url: 'https://api.netgiro.is/v1/Sales/GetList?AllForCompany=true',
    body: '',
    signature: '1fcfcbf71b1350cf914ebb952c71d74551416a965ee3b65c38a16b35e687f87c',
  },
  {
    name: 'GET example of 2023',
    nonce: '635318618538563781',
    url: 'https://api.netgiro.is/v1/sales/GetList?AllForCompany=true',
    body: '',
    signature: 'fab2e49378897fc3e36a51c747fe90792e604080459f4ea2c782596ce7e31cd2',
  },
  {
    name: 'GET example of 2019',
    nonce: '635318618538563781',
    url: 'https://api.netgiro.is/v1/payment/GetByReference?ReferenceNumber=1378809819034',
    body: '',
    signature: 'ec7fa41fa070a191b3e48caa6c49ea52e43b6fcc0a62ba32a4844fdea4b85e5a',
  },
  {
    name: 'POST example',
    nonce: '39084373214935208',
    url: `${test}/InsertCart`,
    body: '{"Amount":1000,"Reference":"991100-123","CustomerId":"8223281","ConfirmationType":1,"CallbackUrl":"www.example.com/callback-success/991100-123","CallbackCancelUrl":"www.example.com/callback-cancel/991100-123"}',
    signature: '8ff35684c44ae5279f16f5b024b80a7f4de18f45b71aafc9c03a2f07ac3e9856',
  },
  {
    name: 'POST example of 2023',
    nonce: '39084373214935208',
    url: 'https://test.netgiro.is/api/checkout/InsertCart',
    body: '{"amount":100,"reference":"1005122-122331-113","customerId":"7700001","confirmationType":0}',
    signature: 'd463a978220c9095ef5134c512fe24d8084f656453cf5b5aabed8a1576ef1d0b',
  },
]

const measured = [
  {
    name: "the demo client's InsertCart",
    nonce: 'FAILoBgCTLgxEyrw',
    url: `${local}/InsertCart`,
    body: '{"Amount":1990,"Description":null,"Reference":"WEB-123","CustomerId":"8223281","CallbackUrl":"http://localhost:5000/Callback/Callback"}',
    signature: '35d38c4c548c835fbba1afbb3de15ae4c0fe44b4a86f63d5a684b803204978df',
  },
  {
    name: "the demo client's InsertCart in Icelandic",
    nonce: 'laSmfiMgxeLDyyQo',
    url: `${local}/InsertCart`,
    body: String.raw`{"Amount":1990,"Description":"Þæfður ullarsokkur / \"tvö\" <pör> & annað","Reference":"WEB-124","CustomerId":"8223281","CallbackUrl":"http://localhost:5000/Callback/Callback"}`,
    signature: 'e3e65797b7a13ed94092bfc2e2a2bd7db685ee75fe49cb7a2cf5d535f68c432e',
  },
  {
    name: "the demo client's CheckCart",
    nonce: 'PlYcNOFqQhvSdmpK',
    url: `${local}/CheckCart`,
    body: `{"TransactionId":"${cart}"}`,
    signature: 'bdbbc499121ddeaca84da99bb54f38f785fb5972a1059be9a7773f5b93f67c91',
  },
  {
    name: "the demo client's ConfirmCart",
    nonce: 'ALznuwYHgpcIObsA',
    url: `${local}/ConfirmCart`,
    body: `{"TransactionId":"${cart}","Identifier":"1"}`,
    signature: 'dfd64c969dd55911913f3c23aea59b45f238b744ae80221dfb0a862934267deb',
  },
  {
    name: "the demo client's CancelCart",
    nonce: 'JdIJcaKXIFPzrngR',
    url: `${local}/CancelCart`,
    body: `{"TransactionId":"${cart}"}`,
    signature: '28625acaa007047a5b1eb1b2f9a993ac4b6092d6d5355545ff29434bbb5087a8',
  },
  {
    name: "an answer that Netgíró's wrapper accepts",
    nonce: '639000000000000001',
    url: 'http://127.0.0.1:4011/v1/Payment/Cancel',
    body: '{"Success":true,"Message":"Success","ResultCode":10201}',
    signature: '6a82cb66764260404ee92ce613a502cdfe537ab187604d12a9e17e41cb12cd0e',
  },
  {
    name: 'a callback',
    nonce: '39084373214935208',
    url: 'http://localhost:5000/Callback/Callback',
    body: `{"PaymentSuccessful":true,"PaymentInfo":{"TransactionId":"${cart}","InvoiceNumber":1234,"ReferenceNumber":"WEB-123","StatusId":1,"Created":"2020-01-22T13:21:29","TotalAmount":1990.0},"Success":true,"Message":null,"ResultCode":10429}`,
    signature: '1f071a5478865fba13312f83a15ea0b4e319b9ab8449fcccbb45c2a47161e6b9',
  },
]

describe('the signature', () => {
  it.each([...published, ...measured])(
    'reproduces the signature of $name',
    ({ signature, ...message }) => {
      expect(sign(sandbox.secretKey, message)).toBe(signature)
      expect(sign(sandbox.secretKey, { ...message, body: Buffer.from(message.body) })).toBe(
        signature,
      )
      expect(verify(sandbox.secretKey, message, signature)).toBe(true)
    },
  )

  it.each(['', 'abc', '0'.repeat(64)])('refuses the signature %j', (signature) => {
    expect(verify(sandbox.secretKey, { nonce: '1', url: test, body: '' }, signature)).toBe(false)
  })

  it('never reuses the nonce of the request', () => {
    expect(newNonce()).toMatch(/^\d{17}$/)
    const asked = new Set(Array.from({ length: 50 }, () => newNonce()))
    for (const nonce of asked) expect(newNonce(nonce)).not.toBe(nonce)
  })
})
