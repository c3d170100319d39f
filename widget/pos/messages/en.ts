import { invalidPhone, shared, sharedErrors, sharedStatus } from '../../messages/en.ts'
import {
  cancelFailed,
  replace,
  seconds,
  sharedErrors as ends,
  tooLate,
  tryAgainIn,
} from '../../messages/ends/en.ts'
import type { PosMessages } from './messages.ts'

const nothingPaid = 'Nothing was paid.'
const tryAgainOrPayOtherwise = 'Try again, or take the payment another way.'
const appCode = 'Code from the app'

export const en: PosMessages = {
  ...shared,
  tooLate,
  tryAgainIn,
  cancelFailed,
  seconds,
  replace,
  status: {
    ...sharedStatus,
    open: ['Payment with Netgíró', ''],
    awaiting_shopper: ['Waiting for approval', 'The customer approves in the Netgíró app.'],
    awaiting_code: ['Enter the code', 'The customer was sent a code of four characters by SMS.'],
    paid: [sharedStatus.paid[0], ''],
    review: ['Payment under review', 'Do not charge again. Tell your supervisor and quote'],
  },
  canceling: ['Canceling…', 'Waiting for Netgíró’s answer.'],
  uncertain: [
    'We are still checking',
    'Do not charge again. If the customer has a request in the app, they should decline it.',
  ],
  errors: {
    ...sharedErrors,
    ...ends,
    invalid_phone: invalidPhone,
    declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
    ended_by_provider: `The request ended without a payment. ${tryAgainOrPayOtherwise}`,
    no_answer: `The customer did not answer in time. ${nothingPaid}`,
    outcome_unknown:
      'No answer came. If the customer has a request in the app, they should decline it before you try again.',
    request_not_sent: `Netgíró did not accept the request. ${tryAgainOrPayOtherwise}`,
    unknown_session: 'This payment was not found. Start the sale again.',
    too_many_requests: 'Too many attempts. Take the payment another way.',
    phone_busy:
      'Another payment request is waiting on the customer’s phone. They can complete or decline it in the app.',
    too_little_time: 'Too little time is left for another request. Start the sale again.',
    wrong_code: `The code was wrong too often. ${nothingPaid}`,
    invalid_national_id: 'Enter a kennitala of ten digits.',
    invalid_app_code: 'The code has ten characters and begins with 500004.',
    invalid_code: 'The code has four characters.',
    code_not_expected: '',
    not_supported: 'This way to pay is not available here.',
  },
  kinds: {
    phone: {
      label: 'Phone number',
      hint: 'The customer gets a request in the Netgíró app.',
      used: 'Sent to',
    },
    national_id: {
      label: 'Kennitala',
      hint: 'The customer gets a code by SMS and reads it out.',
      used: 'Kennitala',
    },
    app_code: {
      label: appCode,
      hint: 'Scan the barcode in the app, or type the number under it.',
      used: appCode,
    },
  },
  choose: 'How is the customer identified?',
  send: 'Send request',
  code: 'Code from the SMS',
  codeHint: 'The customer reads it out.',
  codeHelp: 'No SMS? Cancel, and use a phone number or a code from the app.',
  submitCode: 'Confirm code',
  checkingCode: 'Checking the code…',
  wrongCode: 'Wrong code.',
  triesLeft: (tries) => (tries === 1 ? 'One try left.' : `${tries} tries left.`),
  help: [
    'Request not found? It is under “Greiðslur á bið” in the app.',
    'Wrong number? Cancel and try again.',
  ],
  nextSale: 'Next sale',
  ready: ['Ready for the next sale', ''],
}
