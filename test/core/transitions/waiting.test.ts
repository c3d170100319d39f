import { describe, expect, it } from 'vitest'
import type { Input } from '../../../server/core/checkout.ts'
import { transition } from '../../../server/core/transition.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { checkoutIn, evidence, later, t0 } from '../../support/checkouts.ts'
import { after, ignoredBecause } from './after.ts'

const forShopper: Input = { type: 'pending', next: 'awaiting_shopper', evidence }
const forCode: Input = { type: 'pending', next: 'awaiting_code', evidence }

describe('a provider that waits for the payer', () => {
  it.each<[from: Status, input: Input, to: Status]>([
    ['starting', forShopper, 'awaiting_shopper'],
    ['starting', forCode, 'awaiting_code'],
    ['awaiting_shopper', forCode, 'awaiting_code'],
    ['awaiting_code', forShopper, 'awaiting_shopper'],
  ])('a provider that waits for the payer moves a checkout that is %s', (from, input, to) => {
    const { checkout, events, attempt } = after(checkoutIn(from, { uncertain: true }), input)
    expect(checkout.status).toBe(to)
    expect(attempt).toMatchObject({ uncertain: false, codeRefused: false, doubt: null })
    expect(events).toEqual([])
  })

  it('a provider that waits for the payer settles what was uncertain, and takes back what was said of an absence', () => {
    const doubt = { about: 'absence', count: 1 } as const
    for (const patch of [{ uncertain: true }, { doubt }]) {
      const before = checkoutIn('awaiting_shopper', patch)
      const { checkout, attempt } = after(before, forShopper)
      expect(checkout.status).toBe('awaiting_shopper')
      expect(attempt).toMatchObject({ uncertain: false, doubt: null, codeRefused: false })
    }
  })

  it('a provider that waits for the payer takes nothing back of what was said about money', () => {
    const doubt = { about: 'amount_mismatch', count: 2 } as const
    const before = checkoutIn('awaiting_shopper', { doubt })
    expect(ignoredBecause(before, forShopper)).toBe('duplicate')
    expect(after(before, forCode).attempt.doubt).toEqual(doubt)
  })

  it('a provider that waits for the payer settles nothing while a cancellation may still be on its way', () => {
    const before = checkoutIn('awaiting_shopper', { cancelSentAt: t0, uncertain: true })
    expect(ignoredBecause(before, forShopper)).toBe('duplicate')
    expect(after(before, forCode).attempt.uncertain).toBe(true)
    const answered = checkoutIn('awaiting_shopper', { cancelSentAt: t0, uncertain: false })
    expect(after(answered, forCode).attempt.uncertain).toBe(false)
  })

  const told = { endedAt: null, outcome: 'declined', reason: 'declined' } as const
  const open = { endedAt: null, outcome: null, reason: null } as const
  it.each([
    ['already_authorized', checkoutIn('confirming')],
    ['outcome_told', checkoutIn('open', told)],
    ['checkout_final', checkoutIn('paid', open)],
    ['duplicate', checkoutIn('awaiting_shopper')],
  ])('a provider that waits for the payer changes nothing: %s', (reason, before) => {
    expect(ignoredBecause(before, forShopper)).toBe(reason)
  })
})

describe('the answer that the provider still waits', () => {
  it('the answer that the provider still waits costs nothing when it is repeated', () => {
    const before = checkoutIn('awaiting_shopper')
    const heard = transition(before, forShopper, 'att_1', later)
    expect(transition(before, forShopper, 'att_1', later + 1)).toBe(heard)
  })
})

describe('a code from an SMS', () => {
  const given = { type: 'code_given' } as const
  const refused: Input = { type: 'code_refused', evidence }

  it('a code from an SMS is counted before it is sent, and leaves everything uncertain until it is answered', () => {
    const before = checkoutIn('awaiting_code', { codesTried: 1, codeRefused: true })
    const { checkout, attempt } = after(before, given)
    expect(checkout.status).toBe('awaiting_code')
    expect(attempt).toMatchObject({ codesTried: 2, codeRefused: false, uncertain: true })
  })

  it('a code from an SMS is wrong when the provider says so', () => {
    const before = checkoutIn('awaiting_code', { codesTried: 1, uncertain: true })
    const { checkout, events, attempt } = after(before, refused)
    expect(checkout.status).toBe('awaiting_code')
    expect(attempt).toMatchObject({ codesTried: 1, codeRefused: true, uncertain: false })
    expect(events).toEqual([])
  })

  it('a code from an SMS is not sent while the answer to the one before is unknown', () => {
    const before = checkoutIn('awaiting_code', { codesTried: 1, uncertain: true })
    expect(ignoredBecause(before, given)).toBe('code_uncertain')
  })

  it('a code from an SMS is not sent once a cancellation is requested', () => {
    const before = checkoutIn('awaiting_code', { cancelRequested: 'shopper' })
    expect(ignoredBecause(before, given)).toBe('cancel_requested')
  })

  it.each<Status>(['starting', 'awaiting_shopper', 'confirming'])(
    'a code from an SMS is not expected while the checkout is %s',
    (status) => {
      expect(ignoredBecause(checkoutIn(status), given)).toBe('no_code_expected')
      expect(ignoredBecause(checkoutIn(status), refused)).toBe('no_code_expected')
    },
  )

  it('a code whose answer was lost is wrong once the provider waits for one twice', () => {
    const before = checkoutIn('awaiting_code', { codesTried: 1, uncertain: true })
    const once = after(before, forCode)
    expect(once.attempt.doubt).toEqual({ about: 'code', count: 1 })
    expect(once.attempt).toMatchObject({ uncertain: true, codeRefused: false })
    const twice = after(once.checkout, forCode)
    expect(twice.attempt).toMatchObject({ uncertain: false, codeRefused: true, doubt: null })
  })

  it('a code whose answer was lost is not wrong where the provider waits for the shopper instead', () => {
    const before = checkoutIn('awaiting_code', { codesTried: 1, uncertain: true })
    const { checkout, attempt } = after(before, forShopper)
    expect(checkout.status).toBe('awaiting_shopper')
    expect(attempt).toMatchObject({ uncertain: false, codeRefused: false, doubt: null })
  })

  it('a code is not wrong where another call was lost before any code was sent', () => {
    const before = checkoutIn('awaiting_code', { codesTried: 0, uncertain: true })
    const { attempt } = after(before, forCode)
    expect(attempt).toMatchObject({ uncertain: false, codeRefused: false, doubt: null })
  })

  it('an answered code stays as it was answered', () => {
    for (const codeRefused of [true, false]) {
      const before = checkoutIn('awaiting_code', {
        ...{ codesTried: 1, codeRefused, doubt: { about: 'absence', count: 1 } as const },
      })
      expect(after(before, forCode).attempt).toMatchObject({ codeRefused, doubt: null })
    }
  })
})

describe('a request to cancel', () => {
  it('a request to cancel is recorded with who made it, and only the first one counts', () => {
    const before = checkoutIn('awaiting_shopper')
    const { checkout, attempt, events } = after(before, { type: 'cancel_requested', by: 'shop' })
    expect(checkout.status).toBe('awaiting_shopper')
    expect(attempt.cancelRequested).toBe('shop')
    expect(events).toEqual([])
    const again: Input = { type: 'cancel_requested', by: 'shopper' }
    expect(ignoredBecause(checkout, again)).toBe('already_requested')
  })

  it.each([
    ['outcome_told', checkoutIn('open', { endedAt: null })],
    ['already_authorized', checkoutIn('confirming')],
  ])('a request to cancel is ignored: %s', (reason, before) => {
    expect(ignoredBecause(before, { type: 'cancel_requested', by: 'shopper' })).toBe(reason)
  })
})

describe('a cancellation that is about to be sent', () => {
  const sent = { type: 'cancel_sent' } as const

  it.each([
    ['it was requested', checkoutIn('awaiting_shopper', { cancelRequested: 'shopper' })],
    ['the shopper was told that the attempt has ended', checkoutIn('open', { endedAt: null })],
    ['the checkout is final', checkoutIn('paid', { endedAt: null, outcome: null, reason: null })],
  ])('a cancellation that is about to be sent is recorded once when %s', (_, before) => {
    const { checkout, attempt } = after(before, sent)
    expect(attempt.cancelSentAt).toBe(later)
    expect(ignoredBecause(checkout, sent, later + 1)).toBe('already_sent')
  })

  it('a cancellation that is about to be sent is refused where nothing asks for it', () => {
    expect(ignoredBecause(checkoutIn('awaiting_shopper'), sent)).toBe('not_to_be_canceled')
  })

  it('a cancellation that is about to be sent may turn out to be too late', () => {
    const before = checkoutIn('awaiting_shopper', { cancelRequested: 'shopper', uncertain: true })
    const { attempt } = after(before, { type: 'too_late_to_cancel', evidence })
    expect(attempt).toMatchObject({ cancelRefused: true, uncertain: false })
  })
})
