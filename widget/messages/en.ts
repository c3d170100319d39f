import { englishKronur } from '../format.ts'
import type { Messages, Headline } from './messages.ts'

const tryAgainShortly = 'Try again shortly.'
const nothingPaid = 'Nothing was paid.'
const tooManyAttempts = 'Too many attempts.'
const tryAgainOrPayOtherwise = 'You can try again or pay another way.'
const paid = 'Payment complete'
const canNoLongerPay = 'You can no longer pay here.'
const canceled = 'Payment canceled'
const expired = 'Time ran out'
const confirm: Headline = [
  'Confirm the payment in the Netgíró app',
  'Open the app and tap “Samþykkja” to approve.',
]

export const en: Messages = {
  amount: englishKronur,
  asksFor: 'asks for',
  status: {
    open: ['Pay with Netgíró', ''],
    starting: ['Sending the request…', ''],
    awaiting_shopper: confirm,
    awaiting_code: confirm,
    confirming: ['Confirming the payment…', ''],
    paid: [paid, 'Thank you.'],
    canceled: [canceled, canNoLongerPay],
    expired: [expired, canNoLongerPay],
    review: ['Payment under review', 'Do not pay again. Contact the shop and quote'],
  },
  canceling: ['Canceling…', 'Do not approve the request on your phone.'],
  uncertain: [
    'We are still checking',
    'Do not pay again. If there is a request in the Netgíró app, decline it.',
  ],
  outcome: {
    declined: 'Payment declined',
    canceled,
    expired,
    failed: 'The payment did not go through',
  },
  errors: {
    declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
    canceled_by_shopper: nothingPaid,
    canceled_by_shop: 'The shop canceled the payment.',
    ended_by_provider: `The request ended without a payment. ${tryAgainOrPayOtherwise}`,
    no_answer: 'Try again when your phone is at hand.',
    outcome_unknown:
      'We got no answer. If there is a request in the app, decline it before you try again.',
    request_not_sent: 'Netgíró did not accept the request. Check the number or pay another way.',
    amount_too_low: 'The amount is too low for Netgíró.',
    provider_unavailable: `Netgíró could not be reached. ${tryAgainShortly}`,
    invalid_phone: 'Enter an Icelandic mobile number: seven digits that begin with 6, 7 or 8.',
    unknown_session: 'This payment was not found. Reload the page or go back to the cart.',
    attempt_open: '',
    checkout_closed: '',
    too_many_requests: `${tooManyAttempts} Pay another way.`,
    phone_busy:
      'Another payment request is waiting on this phone. Complete it or decline it in the app.',
    too_little_time: 'Too little time is left for another request. Go back to the cart.',
    temporarily_unavailable: tryAgainShortly,
    shutting_down: tryAgainShortly,
    unreachable: 'The payment server could not be reached.',
    network: `The connection was lost. ${tryAgainShortly}`,
    internal_error: `Something went wrong. ${tryAgainShortly}`,
  },
  phone: 'Phone number',
  hint: 'We send a request to this phone; you confirm it in the Netgíró app.',
  send: 'Send payment request',
  cancel: 'Cancel',
  replace: 'Cancel that request and send a new one',
  sentTo: 'Sent to',
  validFor: 'Valid for',
  seconds: 'seconds',
  help: [
    'No notification? The request is under “Greiðslur á bið” in the app.',
    'Wrong number? Cancel and try again.',
  ],
  mayLeave: 'You may close this page – the payment goes on.',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  tryAgain: 'Try again',
  tooLate: [paid, 'Too late to cancel: the payment went through.'],
  tryAgainIn: (minutes) =>
    `${tooManyAttempts} Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
}
