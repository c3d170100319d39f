import type { LaterCode, Headline } from '../messages.ts'

const tooManyAttempts = 'Too many attempts.'
const tryAgainShortly = 'Try again shortly.'
const nothingPaid = 'Nothing was paid.'
const tryAgainOrPayOtherwise = 'You can try again or pay another way.'

/** What other elements say as well. */
export const sharedErrors = {
  declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
  canceled_by_shopper: nothingPaid,
  canceled_by_shop: 'The shop canceled the payment.',
  amount_too_low: 'The amount is too low for Netgíró.',
  provider_unavailable: `Netgíró could not be reached. ${tryAgainShortly}`,
  too_many_requests: `${tooManyAttempts} Pay another way.`,
  too_little_time: 'Too little time is left for another request. Go back to the cart.',
  temporarily_unavailable: tryAgainShortly,
  shutting_down: tryAgainShortly,
} satisfies Partial<Record<LaterCode, string>>

const errors: Readonly<Record<LaterCode, string>> = {
  ...sharedErrors,
  ended_by_provider: `The request ended without a payment. ${tryAgainOrPayOtherwise}`,
  no_answer: 'Try again when your phone is at hand.',
  request_not_sent: 'Netgíró did not accept the request. Check the number or pay another way.',
  phone_busy:
    'Another payment request is waiting on this phone. Complete it or decline it in the app.',
}

export const replace = 'Cancel that request and send a new one'

export const mayLeave = 'You may close this page – the payment goes on.'

export const seconds = 'seconds'

export const tryAgainIn = (minutes: number) =>
  `${tooManyAttempts} Try again in ${minutes} minute${minutes === 1 ? '' : 's'}.`

export const tooLate: Headline = [
  'Payment complete',
  'Too late to cancel: the payment went through.',
]

export const cancelFailed = 'The cancellation could not be sent.'

/** All of them, for the file that adds them later. */
export const ends = { errors, replace, mayLeave, seconds, tryAgainIn, tooLate, cancelFailed }
