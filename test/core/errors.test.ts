import { describe, expect, it } from 'vitest'
import { CheckoutError, securityEventOf } from '../../server/core/errors.ts'
import type { ProblemCode } from '../../server/protocol/index.ts'

describe('an error that the caller can act on', () => {
  it('an error that the caller can act on has its code as its message, and details only where there are some', () => {
    const error = new CheckoutError('phone_busy')
    expect(error).toMatchObject({ name: 'CheckoutError', message: 'phone_busy', details: {} })
    expect(new CheckoutError('phone_busy', { retryAfter: 3 }).details.retryAfter).toBe(3)
  })

  it.each<[ProblemCode, event: string | null]>([
    ['unauthorized', 'wrong_merchant_key'],
    ['unknown_session', 'unknown_session'],
    ['origin_not_allowed', 'origin_refused'],
    ['too_many_streams', 'limit_streams'],
    ['phone_busy', null],
  ])('an error is an event for the security log if it may mean an attack: %s', (code, event) => {
    expect(securityEventOf(new CheckoutError(code))).toBe(event)
  })

  it('an error is the event that its details name before that of its code', () => {
    const error = new CheckoutError('unauthorized', { event: 'wrong_admin_token' })
    expect(securityEventOf(error)).toBe('wrong_admin_token')
  })
})
