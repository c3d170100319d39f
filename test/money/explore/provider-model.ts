import type { ProviderResult, RefundResult } from '../../../server/core/checkout.ts'
import { amount, evidence, rightCode } from './world.ts'
import type { Call, Cart, Mode, World } from './world.ts'

/** What may go wrong with one call. `late`: it arrives at any later time, or never. */
export const faults = [
  ...(['lost_before', 'lost_after', 'late', 'not_sent'] as const),
  ...(['refused', 'silent', 'absent', 'stale', 'other_amount', 'unproven'] as const),
] as const
export type Fault = (typeof faults)[number]

export const refOf = (attemptId: string): string => `cart of ${attemptId}`

export const attemptOf = (ref: string): string => ref.replace('cart of ', '')

export const cartOf = ({ carts }: Pick<World, 'carts'>, attemptId: string): Cart | undefined =>
  carts.find((cart) => cart.attemptId === attemptId)

const ours = (attemptId: string) => ({ amount, currency: 'ISK', reference: `WEB-1-${attemptId}` })

const results = {
  lost: { type: 'unknown', effect: true, evidence },
  silent: { type: 'unknown', effect: false, evidence },
  not_sent: { type: 'not_sent', evidence },
  waiting: { type: 'pending', next: 'awaiting_shopper', evidence },
  // [netgiro] "canceled or doesn't exist" is no decision; in answer to a cancellation it is one.
  absent: { type: 'ended', by: 'cancel', isFinal: false, evidence },
  canceled: { type: 'ended', by: 'cancel', isFinal: true, evidence },
  too_late: { type: 'too_late_to_cancel', evidence },
  awaiting_code: { type: 'pending', next: 'awaiting_code', evidence },
  wrong_code: { type: 'code_refused', evidence },
  refused: { type: 'refused', outcome: 'declined', reason: 'declined', evidence },
} as const satisfies Record<string, ProviderResult>
export const { lost, silent, not_sent: notSent, absent, too_late: tooLate, waiting } = results
export const { awaiting_code: awaitingCode } = results

const authorized = (attemptId: string, patch: object = {}): ProviderResult => ({
  ...{ type: 'authorized', awaits: 'capture', evidence },
  payment: { ...ours(attemptId), ...patch },
})
const paid = (attemptId: string, patch: object = {}): ProviderResult => ({
  ...{ type: 'paid', proof: 'proven', evidence },
  payment: { ...ours(attemptId), ...patch },
})
export const reserved = authorized

/** What a call makes of the carts. */
export function arrive(carts: readonly Cart[], call: Call, mode: Mode): readonly Cart[] {
  const { attemptId, detail } = call
  const cart = carts.find((one) => one.attemptId === attemptId)
  const become = (patch: Partial<Cart>) =>
    carts.map((one) => (one === cart ? { ...one, ...patch } : one))
  switch (call.call) {
    case 'start': {
      const state = mode.asksForCode ? 'awaiting_code' : 'waiting'
      return cart ? carts : [...carts, { attemptId, state, captures: 0, refunds: [] }]
    }
    case 'code':
      // [netgiro] with a code, ConfirmCart is the payer's approval; on a reservation it takes the money.
      if (cart?.state === 'reserved') return become({ state: 'paid', captures: 1 })
      return cart?.state === 'awaiting_code' && detail === rightCode
        ? become({ state: 'reserved' })
        : carts
    case 'refund': {
      const isNew = cart?.state === 'paid' && detail !== null && !cart.refunds.includes(detail)
      return isNew ? become({ refunds: [...cart.refunds, detail].sort() }) : carts
    }
    case 'answer':
    case 'capture':
      return cart?.state === 'reserved' ? become({ state: 'paid', captures: 1 }) : carts
    case 'cancel': {
      const isOpen =
        cart?.state === 'waiting' ||
        cart?.state === 'awaiting_code' ||
        (cart?.state === 'reserved' && mode.cancelsReserved)
      return isOpen ? become({ state: 'canceled' }) : carts
    }
    default:
      return carts
  }
}

/** What the provider truly answers to a call that has had its effect. */
export function answerTo(
  carts: readonly Cart[],
  { call, attemptId }: Call,
  { captureMethod }: Mode,
): ProviderResult | RefundResult {
  const state = carts.find((one) => one.attemptId === attemptId)?.state
  const approved = authorized(attemptId)
  switch (call) {
    case 'start':
      return { type: 'requested', providerRef: refOf(attemptId), pollIntervalMs: null, evidence }
    case 'capture':
      return state === 'paid' ? paid(attemptId) : results.canceled
    case 'cancel':
      return state === 'reserved' || state === 'paid' ? results.too_late : results.canceled
    case 'refund':
      return { type: 'refunded', evidence }
    default:
      if (state === 'waiting') return results.waiting
      if (state === 'awaiting_code')
        return call === 'code' ? results.wrong_code : results.awaiting_code
      if (state === 'reserved')
        return captureMethod === 'callback'
          ? ({ ...approved, awaits: 'callback_answer' } as ProviderResult)
          : approved
      return state === 'paid' ? paid(attemptId) : results.absent
  }
}

/** The faults that a call may meet, each with whether the call takes effect and what is answered. */
export function faultsOf(
  { call, attemptId }: Call,
  cart: Cart | undefined,
): readonly (readonly [fault: Fault, hasEffect: boolean, answer: ProviderResult | RefundResult])[] {
  const state = cart?.state
  const broken = [
    ['lost_before', false, results.lost],
    ['lost_after', true, results.lost],
    ['late', false, results.lost],
    ['not_sent', false, results.not_sent],
  ] as const
  switch (call) {
    case 'approval':
      return []
    case 'start':
      return [...broken, ['refused', false, results.refused]]
    case 'refund':
      return [...broken, ['refused', false, { type: 'refund_refused', evidence }]]
    case 'answer':
      return [['lost_before', false, results.lost]]
    case 'capture':
    case 'cancel':
    case 'code':
      return broken
    default:
      return [
        ['silent', false, results.silent],
        ...(state === 'canceled' ? [] : [['absent', false, results.absent] as const]),
        ...(state === 'reserved' || state === 'paid'
          ? ([
              ['stale', false, results.waiting],
              [
                'other_amount',
                false,
                (state === 'paid' ? paid : authorized)(attemptId, { amount: 1 }),
              ],
            ] as const)
          : []),
        ...(state === 'paid'
          ? [
              [
                'unproven',
                false,
                { ...paid(attemptId), proof: 'unproven' } as ProviderResult,
              ] as const,
            ]
          : []),
      ]
  }
}
