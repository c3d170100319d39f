import { createHash } from 'node:crypto'

import type { CallbackFormat } from '../callbacks.ts'
import type { Cart } from '../cart.ts'

/**
 * [netgiro] callbacks, V2: SHA256 of SecretKey, TransactionId and TotalAmount. It covers neither the outcome nor the
 * reference. The page prints no example in full; lower-case hex, as everywhere else.
 */
export const signV2 = (secretKey: string, transactionId: string, totalAmount: number): string =>
  createHash('sha256').update(`${secretKey}${transactionId}${totalAmount}`).digest('hex')

/** [netgiro] callbacks, V2: the same body goes to CallbackUrl and CallbackCancelUrl; any 2xx acknowledges it. */
export function callbackFormatV2(cart: Cart): CallbackFormat {
  const { transactionId: TransactionId, order, total } = cart
  const Success = cart.state !== 'canceled'
  return {
    isAcknowledged: (status) => status >= 200 && status < 300,
    write(secretKey, corruption) {
      const ReferenceNumber = order.reference + (corruption === 'wrong_reference' ? '-X' : '')
      const TotalAmount = total + (corruption === 'wrong_amount' ? 1 : 0)
      const Message = Success ? 'Success' : 'Canceled'
      return {
        body: JSON.stringify({ Success, Message, TransactionId, ReferenceNumber, TotalAmount }),
        headers: { 'X-Netgiro-Signature': signV2(secretKey, TransactionId, TotalAmount) },
      }
    },
  }
}
