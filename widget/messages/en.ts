import { englishKronur } from '../format.ts'
import type { Messages, Headline } from './messages.ts'

const tryAgainShortly = 'Try again shortly.'
const canNoLongerPay = 'You can no longer pay here.'
const canceled = 'Payment canceled'
const expired = 'Time ran out'
const confirm: Headline = [
  'Confirm the payment in the Netgíró app',
  'Open the app and tap “Samþykkja” to approve.',
]

/** What every element says of these. */
export const sharedStatus = {
  starting: ['Sending the request…', ''],
  confirming: ['Confirming the payment…', ''],
  paid: ['Payment complete', 'Thank you.'],
  canceled: [canceled, canNoLongerPay],
  expired: [expired, canNoLongerPay],
  review: ['Payment under review', 'Do not pay again. Contact the shop and quote'],
} satisfies Partial<Messages['status']>

export const invalidPhone =
  'Enter an Icelandic mobile number: seven digits that begin with 6, 7 or 8.'

/** What every element says of these. */
export const sharedErrors = {
  unknown_session: 'This payment was not found. Reload the page or go back to the cart.',
  attempt_open: '',
  checkout_closed: '',
  unreachable: 'The payment server could not be reached.',
  network: `The connection was lost. ${tryAgainShortly}`,
  internal_error: `Something went wrong. ${tryAgainShortly}`,
} satisfies Partial<Messages['errors']>

/** What the other elements say as well. */
export const shared = {
  amount: englishKronur,
  asksFor: 'asks for',
  outcome: {
    declined: 'Payment declined',
    canceled,
    expired,
    failed: 'The payment did not go through',
  },
  cancel: 'Cancel',
  sentTo: 'Sent to',
  validFor: 'Valid for',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  offline: 'You are offline.',
  tryAgain: 'Try again',
} satisfies Partial<Messages>

export const en: Messages = {
  ...shared,
  errors: {
    ...sharedErrors,
    outcome_unknown:
      'We got no answer. If there is a request in the app, decline it before you try again.',
    invalid_phone: invalidPhone,
  },
  status: {
    ...sharedStatus,
    open: ['Pay with Netgíró', ''],
    awaiting_shopper: confirm,
    awaiting_code: confirm,
  },
  canceling: ['Canceling…', 'If there is a request on your phone, do not approve it.'],
  uncertain: [
    'We are still checking',
    'Do not pay again. If there is a request in the Netgíró app, decline it.',
  ],
  phone: 'Phone number',
  hint: 'We send a request to this phone; you confirm it in the Netgíró app.',
  send: 'Send payment request',
}
