import { sign } from '../../../server/providers/netgiro/signature.ts'
import { credentials } from './order.ts'

const nonce = '40018752000001234'
const referenceId = '0d3e5a3a-55e4-4a52-9f7a-4c5a6fb7a0a1'

/** The bytes of a signed answer. Only ASCII: its length is counted in characters. */
export function providerAnswer(url: string, answer: object): string {
  const body = JSON.stringify(answer)
  return (
    'HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\n' +
    `netgiro_appkey: ${credentials.appId}\r\nnetgiro_nonce: ${nonce}\r\n` +
    `netgiro_signature: ${sign(credentials.secretKey, nonce, url, body)}\r\n` +
    `netgiro_referenceid: ${referenceId}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  )
}

/** [netgiro] check-cart: 10425, the shopper has not answered. */
export const stillWaiting = {
  PaymentSuccessful: false,
  PaymentInfo: null,
  Success: true,
  Message: null,
  ResultCode: 10425,
}
