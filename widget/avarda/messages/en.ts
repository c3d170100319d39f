import { shared as common, sharedErrors, sharedStatus } from '../../messages/en.ts'
import { englishMoney } from '../money.ts'
import {
  cancelFailed,
  seconds,
  sharedErrors as ends,
  tooLate,
  tryAgainIn,
} from '../../messages/ends/en.ts'
import type { FormMessages } from './messages.ts'

const tryAgainShortly = 'Try again shortly.'
const nothingPaid = 'Nothing was paid.'
const failed = 'The payment did not go through'

export const en: FormMessages = {
  amount: englishMoney,
  status: {
    ...sharedStatus,
    open: ['Payment', ''],
    starting: ['Opening the payment form…', ''],
    awaiting_shopper: ['Complete the payment', ''],
    awaiting_code: ['Complete the payment', ''],
  },
  canceling: ['Canceling…', 'Do not pay again until we know how it ended.'],
  uncertain: ['We are still checking', 'Do not pay again.'],
  outcome: { ...common.outcome, failed },
  errors: {
    ...sharedErrors,
    ...ends,
    invalid_phone: '',
    no_answer: `The payment was not completed in time. ${nothingPaid}`,
    outcome_unknown: 'Do not pay again before you have asked the shop.',
    canceled_or_failed: 'The payment was canceled, or something went wrong.',
    ended_by_provider: 'The payment was not completed. You can try again or pay another way.',
    phone_busy: '',
    paid_another_way: 'You chose a way to pay that the shop takes care of.',
    wrong_code: nothingPaid,
    request_not_sent: `The payment form could not be opened. ${nothingPaid}`,
    amount_too_low: 'The amount is too low for this way to pay.',
    provider_unavailable: `The payment service could not be reached. ${tryAgainShortly}`,
    form_unavailable: `The payment form could not be loaded. ${tryAgainShortly}`,
  },
  validFor: common.validFor,
  seconds,
  connecting: common.connecting,
  reconnecting: common.reconnecting,
  offline: common.offline,
  cancelFailed,
  tryAgain: common.tryAgain,
  asksFor: common.asksFor,
  tooLate,
  tryAgainIn,
  checking: ['Checking the payment…', 'Do not pay again.'],
  loading: 'Loading the form…',
  start: 'Go to payment',
}
