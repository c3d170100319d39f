import { isFinal } from '../../protocol/index.ts'
import { openAttempt } from '../checkout.ts'
import type { Checkout, OpenAttempt } from '../checkout.ts'
import { changed, move, withAttempt } from './change.ts'
import type { Transition } from './change.ts'
import { ignored } from './ignored.ts'
import type { InputOf } from './table.ts'

/** Starts an attempt, if no other one is open and the checkout is not to be closed. */
export function start(checkout: Checkout, attempt: OpenAttempt): Transition {
  if (openAttempt(checkout)) return ignored('attempt_open')
  if (checkout.closing !== null) return ignored('closing')
  return checkout.status === 'open'
    ? move(checkout, 'starting', { attempts: [...checkout.attempts, attempt] })
    : ignored('checkout_final')
}

/** Closes the checkout, or has its open attempt canceled first. */
export function close(checkout: Checkout, as: 'canceled' | 'expired'): Transition {
  if (isFinal(checkout.status)) return ignored('checkout_final')
  const attempt = openAttempt(checkout)
  if (!attempt) return move(checkout, as, { closing: as }, [`checkout.${as}`])
  if (checkout.closing) return ignored('closing')
  const cancelRequested =
    attempt.cancelRequested ?? (as === 'canceled' ? 'shop' : 'approval_timeout')
  return changed(checkout, {
    closing: as,
    ...withAttempt(checkout, { ...attempt, cancelRequested }),
  })
}

/** `review`: what the person has seen; another reason that has come since is not dealt with. */
export function closeReview(
  checkout: Checkout,
  { review }: InputOf<'review_closed'>,
  now: number,
): Transition {
  return checkout.review === review && checkout.reviewClosedAt === null
    ? changed(checkout, { reviewClosedAt: now })
    : ignored('not_in_review')
}

/** The checkout that this one replaced was paid after all: this one is canceled, or was paid as well. */
export function closeBecausePredecessorPaid(checkout: Checkout): Transition {
  if (checkout.status !== 'paid') return close(checkout, 'canceled')
  const { review, reviewClosedAt } = checkout
  const isNews = review === null || (review !== 'paid_twice' && reviewClosedAt !== null)
  return isNews
    ? move(checkout, 'review', { review: 'paid_twice' }, ['checkout.review'])
    : ignored('checkout_final')
}
