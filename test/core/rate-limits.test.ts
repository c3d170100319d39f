import { describe, expect, it } from 'vitest'
import { defaultLimits, limitReached, lookbackMs, retryAt } from '../../server/core/rate-limits.ts'
import type { Usage } from '../../server/core/rate-limits.ts'
import { startRefusal, startRefusedError } from '../../server/core/start-refusal.ts'

const minutes = 60_000
const hours = 60 * minutes
const now = 100 * hours
const limits = {
  ...{ toPhonePer10Minutes: 2, toPhonePerDay: 3 },
  ...{ phonesPerAddressIn10Minutes: 2, attemptsPerCheckout: 4 },
}
const usage = (more: Partial<Usage> = {}): Usage => ({
  ...{ openToPhone: 0, toPhone: [], fromAddress: null, phone: 'mine', ofCheckout: 0 },
  ...more,
})
const ago = (...times: number[]) => times.map((ms) => now - ms)
const phones = (...times: number[]) =>
  new Map(ago(...times).map((at, index) => [`phone ${index}`, at]))

describe('another request', () => {
  it.each<[what: string, Partial<Usage>, retryAt: number | null]>([
    ['nothing was sent', {}, null],
    ['the checkout has one try left', { ofCheckout: 3 }, null],
    ['the checkout has had all its tries', { ofCheckout: 4 }, Infinity],
    ['one is open', { openToPhone: 1 }, now + minutes],
    ['the phone has had one', { toPhone: ago(minutes) }, null],
    ['the phone has had two', { toPhone: ago(minutes, 4 * minutes) }, now + 6 * minutes],
    ['they are in any order', { toPhone: ago(4 * minutes, minutes) }, now + 6 * minutes],
    ['the window of the first is over', { toPhone: ago(10 * minutes, minutes) }, null],
    ['the window nearly is', { toPhone: ago(10 * minutes - 1, minutes) }, now + 1],
    [
      'the phone has had three in a day',
      { toPhone: ago(2 * hours, hours, 11 * minutes) },
      now + 22 * hours,
    ],
    ['the first is a day ago', { toPhone: ago(24 * hours, hours, 11 * minutes) }, null],
    [
      'both limits are reached, and the day lasts longer',
      { toPhone: ago(hours, 2 * minutes, minutes) },
      now + 23 * hours,
    ],
    ['the address asked one other', { fromAddress: phones(minutes) }, null],
    [
      'the address asked two others',
      { fromAddress: phones(minutes, 2 * minutes) },
      now + 8 * minutes,
    ],
    [
      'one of these is the same phone',
      { fromAddress: phones(minutes, 2 * minutes), phone: 'phone 1' },
      null,
    ],
    ['one was ten minutes ago', { fromAddress: phones(minutes, 10 * minutes) }, null],
  ])('another request may go out when %s: from %s', (_, more, at) => {
    expect(retryAt(usage(more), limits, now)).toBe(at)
  })

  it.each([
    ['checkout', { ofCheckout: 4, fromAddress: phones(1, 2) }],
    ['phone', { toPhone: ago(1, 2), fromAddress: phones(1, 2) }],
    ['phone', { openToPhone: 1 }],
    ['address', { fromAddress: phones(1, 2) }],
  ])('another request is refused by the limit of the %s', (limit, more) => {
    expect(limitReached(usage(more), limits, now)).toBe(limit)
  })

  it('requests are counted back as far as the longest window of each limit', () => {
    expect(lookbackMs).toEqual({ phone: 24 * hours, address: 10 * minutes })
  })

  it('requests are limited by default so that no phone is flooded and no busy shop notices', () => {
    expect(defaultLimits).toEqual({
      ...{ toPhonePer10Minutes: 5, toPhonePerDay: 20 },
      ...{ phonesPerAddressIn10Minutes: 1_000, attemptsPerCheckout: 10 },
    })
  })
})

describe('a start', () => {
  it('a start is refused by no limit when nothing speaks against it', () => {
    expect(startRefusal(usage(), limits, now)).toBeNull()
  })

  it('a start is refused because the phone is busy when only that is so', () => {
    expect(startRefusal(usage({ openToPhone: 1 }), limits, now)).toEqual({
      ...{ because: 'phone_busy', until: now + minutes, limit: 'address' },
    })
  })

  it('a start is refused by the limits first, though the phone is busy as well', () => {
    const busy = { openToPhone: 1, toPhone: ago(1, 2) }
    expect(startRefusal(usage(busy), limits, now)).toEqual({
      ...{ because: 'too_many', until: now + 10 * minutes - 2, limit: 'phone' },
    })
  })

  it('a refused start tells a browser in whole seconds when to try again, and the log which limit it was', () => {
    const error = startRefusedError(
      { because: 'too_many', until: now + 1_001, limit: 'address' },
      now,
    )
    expect(error.code).toBe('too_many_requests')
    expect(error.details).toEqual({ retryAfter: 2, event: 'limit_address' })
  })

  it('a refused start tells no time where the checkout has had all its tries', () => {
    const never = { because: 'too_many', until: Infinity, limit: 'checkout' } as const
    expect(startRefusedError(never, now).details).toEqual({ event: 'limit_checkout' })
  })

  it('a refused start is not an event for the log when the phone is only busy', () => {
    const busy = { because: 'phone_busy', until: now + minutes, limit: 'phone' } as const
    const error = startRefusedError(busy, now)
    expect(error.code).toBe('phone_busy')
    expect(error.details).toEqual({ retryAfter: 60 })
  })
})
