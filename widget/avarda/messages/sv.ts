import { swedishMoney } from '../money.ts'
import type { FormMessages } from './messages.ts'

const tryAgainShortly = 'Försök igen om en stund.'
const nothingPaid = 'Inget har betalats.'
const tryAgainOrPayOtherwise = 'Du kan försöka igen eller betala på ett annat sätt.'
const canNoLongerPay = 'Det går inte längre att betala här.'
const canceled = 'Betalningen avbröts'
const expired = 'Tiden gick ut'
const paid = 'Betalningen är klar'
const tooManyAttempts = 'För många försök.'
const failed = 'Betalningen genomfördes inte'

export const sv: FormMessages = {
  amount: swedishMoney,
  asksFor: 'ber om',
  status: {
    open: ['Betalning', ''],
    starting: ['Öppnar betalformuläret…', ''],
    awaiting_shopper: ['Slutför betalningen', ''],
    awaiting_code: ['Slutför betalningen', ''],
    confirming: ['Bekräftar betalningen…', ''],
    paid: [paid, 'Tack.'],
    canceled: [canceled, canNoLongerPay],
    expired: [expired, canNoLongerPay],
    review: ['Betalningen granskas', 'Betala inte igen. Kontakta butiken och uppge referensen'],
  },
  canceling: ['Avbryter…', 'Betala inte igen förrän vi vet hur det gick.'],
  uncertain: ['Vi kontrollerar fortfarande', 'Betala inte igen.'],
  outcome: { declined: 'Betalningen nekades', canceled, expired, failed },
  errors: {
    declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
    canceled_by_shopper: nothingPaid,
    canceled_by_shop: 'Butiken avbröt betalningen.',
    ended_by_provider: `Betalningen slutfördes inte. ${tryAgainOrPayOtherwise}`,
    no_answer: `Betalningen slutfördes inte i tid. ${nothingPaid}`,
    outcome_unknown: 'Betala inte igen innan du har frågat butiken.',
    canceled_or_failed: 'Betalningen avbröts eller så gick något fel.',
    paid_another_way: 'Du valde ett betalsätt som butiken själv hanterar.',
    wrong_code: nothingPaid,
    request_not_sent: `Betalformuläret kunde inte öppnas. ${nothingPaid}`,
    amount_too_low: 'Beloppet är för lågt för det här betalsättet.',
    provider_unavailable: `Betaltjänsten kunde inte nås. ${tryAgainShortly}`,
    form_unavailable: `Betalformuläret kunde inte laddas. ${tryAgainShortly}`,
    invalid_phone: '',
    unknown_session: 'Betalningen hittades inte. Ladda om sidan eller börja om i kundvagnen.',
    attempt_open: '',
    checkout_closed: '',
    too_many_requests: `${tooManyAttempts} Betala på ett annat sätt.`,
    phone_busy: '',
    too_little_time: 'Det är för lite tid kvar för ett nytt försök. Börja om i kundvagnen.',
    temporarily_unavailable: tryAgainShortly,
    shutting_down: tryAgainShortly,
    unreachable: 'Betalningsservern kunde inte nås.',
    network: `Anslutningen bröts. ${tryAgainShortly}`,
    internal_error: `Något gick fel. ${tryAgainShortly}`,
  },
  validFor: 'Gäller i',
  seconds: 'sekunder',
  connecting: 'Ansluter…',
  reconnecting: 'Ansluter igen…',
  offline: 'Ingen internetanslutning.',
  cancelFailed: 'Det gick inte att avbryta.',
  checking: ['Kontrollerar betalningen…', 'Betala inte igen.'],
  loading: 'Laddar formuläret…',
  start: 'Gå till betalning',
  tryAgain: 'Försök igen',
  tooLate: [paid, 'För sent att avbryta: betalningen gick igenom.'],
  tryAgainIn: (minutes) =>
    `${tooManyAttempts} Försök igen om ${minutes} ${minutes === 1 ? 'minut' : 'minuter'}.`,
}
