import { englishKronur } from '../format.ts'
import type { Messages, Words } from './messages.ts'

const again = 'Try again shortly.'
const nothing = 'Nothing was paid.'
const closed = 'You can no longer pay here.'
const canceled = 'Payment canceled'
const expired = 'Time ran out'
const confirm: Words = [
  'Confirm the payment in the Netgíró app',
  'Open the app and tap “Samþykkja” to approve.',
]

export const en: Messages = {
  amount: englishKronur,
  status: {
    open: ['Pay with Netgíró', ''],
    starting: ['Sending the request…', ''],
    awaiting_shopper: confirm,
    awaiting_code: confirm,
    confirming: ['Confirming the payment…', ''],
    paid: ['Payment complete', 'Thank you.'],
    canceled: [canceled, closed],
    expired: [expired, closed],
    review: ['Payment under review', 'Do not pay again. Contact the shop.'],
  },
  canceling: ['Canceling…', 'Do not approve the request on your phone.'],
  uncertain: ['We are still checking', 'Do not pay again. Look at your phone.'],
  outcome: {
    declined: 'Payment declined',
    canceled,
    expired,
    failed: 'The request was not sent',
  },
  says: {
    declined: nothing,
    canceled_by_shopper: nothing,
    canceled_by_shop: nothing,
    no_answer: 'Try again when your phone is at hand.',
    outcome_unknown: 'Look in the Netgíró app before you try again.',
    request_not_sent: 'Netgíró cannot use this number.',
    amount_too_low: 'The amount is too low for Netgíró.',
    provider_unavailable: `Netgíró could not be reached. ${again}`,
    invalid_phone: 'Enter a seven-digit mobile number.',
    unknown_session: 'This payment was not found.',
    attempt_open: '',
    checkout_closed: '',
    too_many_requests: `Too many attempts. ${again}`,
    network: `The connection was lost. ${again}`,
    internal_error: `Something went wrong. ${again}`,
  },
  phone: 'Phone number',
  hint: 'We send a request to this phone; you confirm it in the Netgíró app.',
  send: 'Send payment request',
  cancel: 'Cancel',
  sentTo: 'Sent to',
  validFor: 'Valid for',
  seconds: 'seconds',
  help: [
    'No notification? The request is under “Greiðslur á bið” in the app.',
    'Wrong number? Cancel and try again.',
  ],
  mayLeave: 'You may close this page.',
  reconnecting: 'Reconnecting…',
}
