/* The model: a checkout, its attempts and refunds, and the inputs that change it. */

export * from './model/attempt.ts'
export * from './model/checkout.ts'
export * from './model/event.ts'
export type * from './model/input.ts'
export * from './model/merchant.ts'
export type * from './model/order.ts'
export type * from './model/payer.ts'
export type * from './model/refund.ts'
export * from './model/refundable.ts'
export type * from './model/result.ts'
export * from './model/review-reason.ts'
