import { fail } from './oracle.ts'
import type { EventView, View } from './oracle.ts'
import type { Payment } from './rails/rail.ts'
import type { Order } from './simulation.ts'

const sum = (refunds: readonly { readonly amount: number }[]): number =>
  refunds.reduce((total, { amount }) => total + amount, 0)

/** At any time: no more goes back than came, once for each wish, and nothing that is not written down here. */
export function checkRefundsSoFar(
  { reference, amount: price, refunds: wishes }: Order,
  { refunds, refundedAmount }: View,
  payments: readonly Payment[],
): void {
  const given = payments.flatMap((payment) => payment.refunds)
  for (const { captured, refunds } of payments) {
    if (sum(refunds) > captured)
      fail('refund', `of ${captured} for ${reference} ${sum(refunds)} went back`)
  }
  const promised = sum(refunds.filter(({ status }) => status !== 'failed'))
  if (promised > price) fail('refund', `${promised} of ${price} for ${reference} is to go back`)
  if (refunds.length > wishes.size)
    fail('refund', `${refunds.length} refunds of ${reference} were made of ${wishes.size} wishes`)
  for (const [key, answers] of wishes) {
    if (answers.size > 1) fail('I8', `${key} of ${reference} was answered as two refunds`)
  }
  for (const { key, amount } of given) {
    if (given.filter((other) => other.key === key).length > 1)
      fail('refund', `${key} went back twice`)
    if (!refunds.some((one) => one.id === key && one.amount === amount))
      fail('refund', `${amount} for ${reference} went back without a refund here`)
  }
  if (refundedAmount > sum(given))
    fail('refund', `${refundedAmount} for ${reference} is said to be back, and is not`)
}

/** When everything has had its time: what went back is settled here, and told, each under an event of its own. */
export function checkRefundsAtEnd(
  { reference }: Order,
  { refunds }: View,
  payments: readonly Payment[],
  events: readonly EventView[],
): void {
  const given = payments.flatMap((payment) => payment.refunds.map(({ key }) => key))
  for (const { id, status } of refunds) {
    if (status === 'pending') fail('refund', `a refund of ${reference} is still not settled`)
    if ((status === 'refunded') !== given.includes(id))
      fail('refund', `a refund of ${reference} is ${status} here, and not so at the provider`)
  }
  const told = events.filter(({ type }) => type === 'checkout.refunded')
  if (told.length !== given.length)
    fail('refund', `${given.length} refunds of ${reference} have ${told.length} events`)
}
