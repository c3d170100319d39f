import { describe, expect, it } from 'vitest'
import type { Input } from '../../../server/core/checkout.ts'
import type { Status } from '../../../server/protocol/index.ts'
import { checkoutIn, evidence, later, t0 } from '../../support/checkouts.ts'
import { after, ignoredBecause } from './after.ts'

const accepted: Input = {
  ...{ type: 'requested', providerRef: 'cart', pollIntervalMs: 4_000 },
  evidence,
}
const form = { script: 'https://form.example/form.js', settings: { token: 'x' } }
const requested: Input = { ...accepted, form }

describe('a request that the provider has accepted', () => {
  it('an accepted request waits for the shopper, under the id and with the form that the provider gave it', () => {
    const before = checkoutIn('starting', { uncertain: true })
    const { checkout, events, attempt } = after(before, requested)
    expect(checkout.status).toBe('awaiting_shopper')
    expect(attempt).toMatchObject({ providerRef: 'cart', pollIntervalMs: 4_000, form })
    expect(attempt.uncertain).toBe(false)
    expect(events).toEqual([])
  })

  it('an accepted request has no form where the provider gave none', () => {
    expect(after(checkoutIn('starting'), accepted).attempt.form).toBeNull()
    const approved = checkoutIn('confirming', { providerRef: null })
    expect(after(approved, accepted).attempt.form).toBeNull()
  })

  it('an accepted request gets its id also when a callback has told of the approval before', () => {
    const before = checkoutIn('confirming', { providerRef: null, uncertain: true })
    const { checkout, events, attempt } = after(before, requested)
    expect(checkout.status).toBe('confirming')
    expect(attempt).toMatchObject({ providerRef: 'cart', pollIntervalMs: 4_000, form })
    expect(attempt.uncertain).toBe(false)
    expect(events).toEqual([])
  })

  it('an accepted request gets its id also when the attempt was given up before the answer came', () => {
    const given = { endedAt: t0, outcome: 'expired', reason: 'outcome_unknown' } as const
    const before = checkoutIn('open', { ...given, providerRef: null })
    const { checkout, attempt } = after(before, requested)
    expect(checkout.status).toBe('open')
    expect(attempt).toMatchObject({ ...given, providerRef: 'cart', pollIntervalMs: 4_000 })
  })

  it('a request gets no id when the provider has declined it', () => {
    expect(ignoredBecause(checkoutIn('open', { providerRef: null }), requested)).toBe(
      'attempt_over',
    )
  })

  it.each<Status>(['starting', 'awaiting_shopper', 'confirming', 'open', 'paid'])(
    'an accepted request keeps its first id while the checkout is %s',
    (status) => {
      const before = checkoutIn(status, { providerRef: 'first' })
      expect(ignoredBecause(before, requested)).toBe('already_named')
    },
  )
})

describe('a call without a usable answer', () => {
  it('a call without a usable answer leaves the attempt uncertain if it may have had an effect', () => {
    const input: Input = { type: 'unknown', effect: true, evidence }
    const { checkout, attempt } = after(checkoutIn('starting'), input)
    expect(checkout.status).toBe('starting')
    expect(attempt.uncertain).toBe(true)
    expect(ignoredBecause(checkout, input)).toBe('duplicate')
  })

  it('a call without a usable answer says nothing if it cannot have had an effect', () => {
    const input: Input = { type: 'unknown', effect: false, evidence }
    expect(ignoredBecause(checkoutIn('starting'), input)).toBe('no_information')
  })
})

describe('a request that was not sent', () => {
  const input: Input = { type: 'not_sent', evidence: { ...evidence, code: 'ECONNREFUSED' } }

  it('a request that was not sent has failed because the provider is unavailable', () => {
    const { checkout, events, attempt } = after(checkoutIn('starting'), input)
    expect(checkout.status).toBe('open')
    expect(attempt).toMatchObject({
      ...{ outcome: 'failed', reason: 'provider_unavailable', providerCode: 'ECONNREFUSED' },
    })
    expect(attempt.endedAt).toBe(later)
    expect(events).toEqual(['checkout.attempt_failed'])
  })

  it.each<Status>(['paid', 'review'])(
    'a request that was not sent is over beside another one that was found meanwhile: %s',
    (status) => {
      const starting = { endedAt: null, outcome: null, reason: null, providerRef: null } as const
      const { checkout, events, attempt } = after(checkoutIn(status, starting), input)
      expect(checkout.status).toBe(status)
      expect(attempt).toMatchObject({ endedAt: later, reason: 'provider_unavailable' })
      expect(events).toEqual([])
    },
  )

  it.each<Status>(['awaiting_shopper', 'awaiting_code', 'confirming', 'paid', 'review'])(
    'a request that was not sent does not end an attempt that was started before: %s',
    (status) => {
      const open = { endedAt: null, outcome: null, reason: null } as const
      expect(ignoredBecause(checkoutIn(status, open), input)).toBe('not_starting')
    },
  )
})

describe('a refusal', () => {
  const tooLow: Input = {
    ...{ type: 'refused', outcome: 'failed', reason: 'amount_too_low' },
    evidence: { ...evidence, code: '10306' },
  }
  const named: Input = { ...tooLow, providerRef: 'cart' }

  it('a refusal ends the attempt with the reason and the code that the provider gave', () => {
    const { checkout, events, attempt } = after(checkoutIn('starting'), tooLow)
    expect(checkout.status).toBe('open')
    expect(attempt).toMatchObject({
      ...{ outcome: 'failed', reason: 'amount_too_low', providerCode: '10306' },
    })
    expect(attempt.endedAt).toBe(later)
    expect(events).toEqual(['checkout.attempt_failed'])
  })

  it('a refusal with an id is shown to the shopper, and the request stays open to be canceled', () => {
    const { checkout, events, attempt } = after(checkoutIn('starting'), named)
    expect(checkout.status).toBe('open')
    expect(attempt).toMatchObject({
      ...{ outcome: 'failed', reason: 'amount_too_low', providerCode: '10306' },
      ...{ providerRef: 'cart', endedAt: null },
    })
    expect(events).toEqual(['checkout.attempt_failed'])
  })

  it.each([
    ['the checkout is closing', checkoutIn('starting', {}, { closing: 'canceled' })],
    ['the payer has approved', checkoutIn('confirming', { providerRef: null })],
  ])('a refusal with an id only adds the id when %s', (_, ready) => {
    const before = { ...ready, attempts: [{ ...ready.attempts[0]!, uncertain: true }] }
    const { checkout, events, attempt } = after(before, named)
    expect(checkout.status).toBe(before.status)
    expect(attempt).toMatchObject({ providerRef: 'cart', outcome: null, endedAt: null })
    expect(attempt.uncertain).toBe(false)
    expect(events).toEqual([])
  })

  it.each<Status>(['awaiting_shopper', 'awaiting_code', 'confirming', 'open', 'paid'])(
    'a refusal does not end a request that the provider has named before: %s',
    (status) => {
      const before = checkoutIn(status, { providerRef: 'cart', endedAt: null })
      for (const input of [tooLow, named])
        expect(ignoredBecause(before, input)).toBe('already_named')
    },
  )
})
