import { shared as common, sharedErrors, sharedStatus } from '../../messages/is.ts'
import { icelandicMoney } from '../money.ts'
import {
  cancelFailed,
  seconds,
  sharedErrors as ends,
  tooLate,
  tryAgainIn,
} from '../../messages/ends/is.ts'
import type { FormMessages } from './messages.ts'

const tryAgainShortly = 'Reyndu aftur eftir smástund.'
const nothingPaid = 'Ekkert var greitt.'
const failed = 'Greiðslan tókst ekki'

export const is: FormMessages = {
  amount: icelandicMoney,
  status: {
    ...sharedStatus,
    open: ['Greiðsla', ''],
    starting: ['Opna greiðsluformið…', ''],
    awaiting_shopper: ['Ljúktu við greiðsluna', ''],
    awaiting_code: ['Ljúktu við greiðsluna', ''],
  },
  canceling: ['Hætti við…', 'Ekki greiða aftur fyrr en við vitum hvernig fór.'],
  uncertain: ['Við erum enn að athuga', 'Ekki greiða aftur.'],
  outcome: { ...common.outcome, failed },
  errors: {
    ...sharedErrors,
    ...ends,
    invalid_phone: '',
    no_answer: `Greiðslunni var ekki lokið í tæka tíð. ${nothingPaid}`,
    outcome_unknown: 'Ekki greiða aftur fyrr en þú hefur talað við söluaðilann.',
    canceled_or_failed: 'Hætt var við greiðsluna eða eitthvað fór úrskeiðis.',
    ended_by_provider: 'Greiðslunni lauk ekki. Þú getur reynt aftur eða greitt með öðrum hætti.',
    phone_busy: '',
    paid_another_way: 'Þú valdir greiðslumáta sem söluaðilinn sér um.',
    wrong_code: nothingPaid,
    request_not_sent: `Ekki tókst að opna greiðsluformið. ${nothingPaid}`,
    amount_too_low: 'Upphæðin er of lág fyrir þennan greiðslumáta.',
    provider_unavailable: `Ekki náðist í greiðsluþjónustuna. ${tryAgainShortly}`,
    form_unavailable: `Ekki tókst að sækja greiðsluformið. ${tryAgainShortly}`,
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
  checking: ['Athuga greiðsluna…', 'Ekki greiða aftur.'],
  loading: 'Sæki formið…',
  start: 'Halda áfram í greiðslu',
}
