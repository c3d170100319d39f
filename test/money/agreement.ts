import type { CartView } from '../../demo/simulator/simulator.ts'
import type { View } from './oracle.ts'
import type { ReceivedEvent } from './shop.ts'

interface OrderRecords {
  readonly reference: string
  /** Of our server; null: it could not be read. */
  readonly view: View | null
  /** Of the provider. */
  readonly carts: readonly CartView[]
  /** What the shop received. */
  readonly eventsOf: (checkoutId: string) => readonly ReceivedEvent[]
  /** The shop has asked for a part of the money to be given back. */
  readonly isToRefund: boolean
}

/** Money that was taken and then canceled is with the shopper again. */
export const isTaken = (cart: CartView | undefined): boolean =>
  cart !== undefined && cart.captures > 0 && !cart.paymentCanceled

/**
 * Where the provider's record, our database and the webhooks disagree about an order; null where they agree.
 *
 * @throws where no later agreement could make it good
 */
export function disagreementAbout(records: OrderRecords): string | null {
  const { reference, view, carts, eventsOf, isToRefund } = records
  if (!view) return 'the order cannot be read'
  const captures = carts.filter(isTaken).length
  if (captures > 1 || carts.some((cart) => cart.captures > 1))
    throw new Error(`${reference} was captured ${captures} times`)
  if (view.status === 'paid' && captures === 0)
    throw new Error(`${reference} is paid here, but the provider captured nothing`)
  if (captures === 1 && view.status !== 'paid') return `captured, but ${view.status} here`
  const told = (type: string) => eventsOf(view.id).filter((event) => event.type === type).length
  if (view.status === 'paid' && told('checkout.paid') !== 1)
    return `paid, with ${told('checkout.paid')} ids of checkout.paid`
  const refunds = carts.flatMap((cart) => cart.refunds)
  if (refunds.length > 1) throw new Error(`${reference} was refunded twice`)
  if (captures === 1 && isToRefund && refunds.length === 0) return 'paid, and not given back'
  if (told('checkout.refunded') !== refunds.length)
    return `refunded ${refunds.length} times, with ${told('checkout.refunded')} webhooks`
  if (carts.some(({ state }) => state === 'waiting')) return 'a request still waits'
  // [netgiro] what was approved cannot be canceled: a reservation that is not captured expires there by itself.
  const isReleased = view.history.some(({ type }) => type === 'released')
  const isReserved = carts.some(({ state }) => state === 'reserved')
  return isReserved && !isReleased ? `reserved, and ${view.status} here` : null
}
