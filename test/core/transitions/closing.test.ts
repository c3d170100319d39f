import { describe, expect, it } from 'vitest'
import { checkoutIn, newOpenAttempt } from '../../support/checkouts.ts'
import { after, ignoredBecause } from './after.ts'

const closing = (as: 'canceled' | 'expired') => ({ type: 'closing', as }) as const

describe('closing a checkout', () => {
  it.each(['canceled', 'expired'] as const)(
    'closing a checkout makes it %s at once and notifies the shop when no attempt is open',
    (as) => {
      const { checkout, events } = after(checkoutIn('open'), closing(as))
      expect(checkout).toMatchObject({ status: as, closing: as })
      expect(events).toEqual([`checkout.${as}`])
    },
  )

  it.each([
    ['canceled', 'shop'],
    ['expired', 'approval_timeout'],
  ] as const)(
    'closing a checkout has an open attempt canceled first: %s, for the %s',
    (as, cancelRequested) => {
      const before = checkoutIn('awaiting_shopper')
      const { checkout, events, attempt } = after(before, closing(as))
      expect(checkout).toMatchObject({ status: 'awaiting_shopper', closing: as })
      expect(attempt).toEqual({ ...before.attempts[0], cancelRequested })
      expect(events).toEqual([])
    },
  )

  it('closing a checkout leaves it to whoever asked first that the open attempt is canceled', () => {
    const before = checkoutIn('awaiting_shopper', { cancelRequested: 'shopper' })
    const { checkout, attempt } = after(before, closing('canceled'))
    expect(checkout.closing).toBe('canceled')
    expect(attempt.cancelRequested).toBe('shopper')
  })

  it('closing a checkout is ignored while it is closing for another reason, or is final', () => {
    const before = checkoutIn('awaiting_shopper', {}, { closing: 'expired' })
    expect(ignoredBecause(before, closing('canceled'))).toBe('closing')
    expect(ignoredBecause(checkoutIn('paid'), closing('canceled'))).toBe('checkout_final')
  })

  it('closing a checkout forgets what the shop gave for the provider alone, which is kept until then', () => {
    const options = { address: 'Austurstræti 1' }
    const before = checkoutIn('awaiting_shopper', {}, { options })
    expect(after(before, { type: 'cancel_requested', by: 'shopper' }).checkout.options).toBe(
      options,
    )
    const open = checkoutIn('open', {}, { options })
    expect(after(open, closing('canceled')).checkout.options).toBeNull()
  })
})

describe('a payment of the checkout that this one replaced', () => {
  const input = { type: 'predecessor_paid' } as const

  it('a payment of a replaced checkout cancels the new one when no attempt is open', () => {
    const { checkout, events } = after(checkoutIn('open'), input)
    expect(checkout.status).toBe('canceled')
    expect(events).toEqual(['checkout.canceled'])
  })

  it('a payment of a replaced checkout has the open attempt of the new one canceled', () => {
    const { checkout, attempt } = after(checkoutIn('awaiting_shopper'), input)
    expect(checkout).toMatchObject({ status: 'awaiting_shopper', closing: 'canceled' })
    expect(attempt.cancelRequested).toBe('shop')
  })

  it('a payment of a replaced checkout needs a review when the new one was paid as well', () => {
    const { checkout, events } = after(checkoutIn('paid'), input)
    expect(checkout).toMatchObject({ status: 'review', review: 'paid_twice' })
    expect(events).toEqual(['checkout.review'])
  })

  it('a payment of a replaced checkout adds nothing to a review of a new one that is paid', () => {
    const before = checkoutIn('paid', {}, { review: 'refund_exceeds_payment' })
    expect(ignoredBecause(before, input)).toBe('checkout_final')
  })
})

describe('an attempt that is started', () => {
  const started = { type: 'started', attempt: newOpenAttempt('att_2') } as const

  it('an attempt that is started becomes the newest one of an open checkout', () => {
    const before = checkoutIn('open')
    const { checkout, events } = after(before, started)
    expect(checkout.status).toBe('starting')
    expect(checkout.attempts).toEqual([...before.attempts, started.attempt])
    expect(events).toEqual([])
  })

  it.each([
    ['attempt_open', checkoutIn('awaiting_shopper')],
    ['closing', checkoutIn('open', {}, { closing: 'canceled' })],
    ['checkout_final', checkoutIn('canceled')],
  ])('an attempt that is started is refused: %s', (reason, before) => {
    expect(ignoredBecause(before, started)).toBe(reason)
  })
})
