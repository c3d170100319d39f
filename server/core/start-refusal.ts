import { CheckoutError } from './errors.ts'
import { limitReached, retryAt } from './rate-limits.ts'
import type { Limits, Usage } from './rate-limits.ts'
import type { StartRefusal } from './store.ts'

/** Why a payment request may not go out now; null: it may. */
export function startRefusal(usage: Usage, limits: Limits, now: number): StartRefusal | null {
  // The rate limits first: a shopper who has used them up is not offered to cancel the request of another checkout.
  const withoutOpen = { ...usage, openToPhone: 0 }
  const limit = limitReached(withoutOpen, limits, now)
  const until = retryAt(withoutOpen, limits, now)
  if (until !== null) return { because: 'too_many', until, limit }
  const freeAt = retryAt(usage, limits, now)
  return freeAt === null ? null : { because: 'phone_busy', until: freeAt, limit }
}

export function startRefusedError(
  { because, until, limit }: StartRefusal,
  now: number,
): CheckoutError {
  const details = Number.isFinite(until) ? { retryAfter: Math.ceil((until - now) / 1000) } : {}
  return because === 'phone_busy'
    ? new CheckoutError('phone_busy', details)
    : new CheckoutError('too_many_requests', { ...details, event: `limit_${limit}` })
}
