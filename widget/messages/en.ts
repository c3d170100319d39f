import { englishKronur } from '../format.ts'
import type { Messages, Words } from './messages.ts'

const again = 'Try again shortly.'
const nothing = 'Nothing was paid.'
const tooMany = 'Too many attempts.'
const orElse = 'You can try again or pay another way.'
const paid = 'Payment complete'
const closed = 'You can no longer pay here.'
const canceled = 'Payment canceled'
const expired = 'Time ran out'
const confirm: Words = [
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
    canceled: [canceled, closed],
    expired: [expired, closed],
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
  says: {
    declined: `${nothing} ${orElse}`,
    canceled_by_shopper: nothing,
    canceled_by_shop: 'The shop canceled the payment.',
    ended_by_provider: `The request ended without a payment. ${orElse}`,
    no_answer: 'Try again when your phone is at hand.',
    outcome_unknown:
      'We got no answer. If there is a request in the app, decline it before you try again.',
    request_not_sent: 'Netgíró did not accept the request. Check the number or pay another way.',
    amount_too_low: 'The amount is too low for Netgíró.',
    provider_unavailable: `Netgíró could not be reached. ${again}`,
    invalid_phone: 'Enter an Icelandic mobile number: seven digits that begin with 6, 7 or 8.',
    unknown_session: 'This payment was not found. Reload the page or go back to the cart.',
    attempt_open: '',
    checkout_closed: '',
    too_many_requests: `${tooMany} Pay another way.`,
    phone_busy:
      'Another payment request is waiting on this phone. Complete it or decline it in the app.',
    too_little_time: 'Too little time is left for another request. Go back to the cart.',
    temporarily_unavailable: again,
    shutting_down: again,
    unreachable: 'The payment server could not be reached.',
    network: `The connection was lost. ${again}`,
    internal_error: `Something went wrong. ${again}`,
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
  again: 'Try again',
  tooLate: [paid, 'Too late to cancel: the payment went through.'],
  tryAgainIn: (minutes) =>
    `${tooMany} Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
}
