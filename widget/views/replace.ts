import type { CheckoutController } from '../checkout-controller.ts'

/** Repeats the start that another request of the same shopper has blocked, and cancels that request. */
export const replace = (checkout: CheckoutController): void =>
  void checkout.start({ ...checkout.blocked, cancelWaiting: true })
