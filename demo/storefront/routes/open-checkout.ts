import type { Order } from '../orders.ts'
import type { OpenedCheckout } from '../payments.ts'
import type { Shop } from '../shop.ts'

/** @returns null when the payment server cannot be reached */
export async function openCheckout(
  { orders, payments, log }: Shop,
  order: Order,
): Promise<OpenedCheckout | null> {
  try {
    const checkout = await payments.open(order)
    orders.update(order.number, { checkoutId: checkout.id })
    return checkout
  } catch (error) {
    log(`could not open the checkout of ${order.number}: ${String(error)}`)
    return null
  }
}
