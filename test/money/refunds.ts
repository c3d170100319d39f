import { fail } from './oracle.ts'
import type { EventView, View } from './oracle.ts'
import type { Payment } from './rails/rail.ts'
import type { Order } from './simulation.ts'

const sum = (refunds: readonly { readonly amount: number }[]): number =>
  refunds.reduce((total, { amount }) => total + amount, 0)

/** At any time: no more is refunded than was paid, once for each key, and nothing that is not recorded here. */
export function checkRefundsSoFar(
  { reference, amount: price, refunds: requested }: Order,
  { refunds, refundedAmount }: View,
  payments: readonly Payment[],
): void {
  const given = payments.flatMap((payment) => payment.refunds)
  for (const { captured, refunds } of payments) {
    if (sum(refunds) > captured)
      fail('refund', `of ${captured} for ${reference} ${sum(refunds)} went back`)
  }
  const total = sum(refunds.filter(({ status }) => status !== 'failed'))
  if (total > price) fail('refund', `${total} of ${price} for ${reference} is to go back`)
  if (refunds.length > requested.size)
    fail('refund', `${refunds.length} refunds of ${reference} were made for ${requested.size} keys`)
  for (const [key, answers] of requested) {
    if (answers.size > 1) fail('I8', `${key} of ${reference} was answered as two refunds`)
  }
  for (const { key, amount } of given) {
    if (given.filter((other) => other.key === key).length > 1)
      fail('refund', `${key} went back twice`)
    if (!refunds.some((one) => one.id === key && one.amount === amount))
      fail('refund', `${amount} for ${reference} went back without a refund here`)
  }
  if (refundedAmount > sum(given))
    fail('refund', `${refundedAmount} for ${reference} is reported as refunded, and is not`)
}

/** After all deadlines: every refund that was made is settled here and reported, each by an event of its own. */
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
  const reported = events.filter(({ type }) => type === 'checkout.refunded')
  if (reported.length !== given.length)
    fail('refund', `${given.length} refunds of ${reference} have ${reported.length} events`)
}
