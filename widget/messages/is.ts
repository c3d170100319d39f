import { icelandicKronur } from '../format.ts'
import type { Messages, Headline } from './messages.ts'

const tryAgainShortly = 'Reyndu aftur eftir smástund.'
const nothingPaid = 'Ekkert var greitt.'
const tooManyAttempts = 'Of margar tilraunir.'
const tryAgainOrPayOtherwise = 'Þú getur reynt aftur eða greitt með öðrum hætti.'
const paid = 'Greiðsla tókst'
const canNoLongerPay = 'Ekki er lengur hægt að greiða hér.'
const canceled = 'Hætt við greiðslu'
const expired = 'Tíminn rann út'
const confirm: Headline = [
  'Staðfestu greiðsluna í Netgíró-appinu',
  'Opnaðu appið og ýttu á „Samþykkja“.',
]

export const is: Messages = {
  amount: icelandicKronur,
  asksFor: 'biður um',
  status: {
    open: ['Greiða með Netgíró', ''],
    starting: ['Sendi beiðni…', ''],
    awaiting_shopper: confirm,
    awaiting_code: confirm,
    confirming: ['Verið er að ljúka greiðslunni…', ''],
    paid: [paid, 'Takk fyrir.'],
    canceled: [canceled, canNoLongerPay],
    expired: [expired, canNoLongerPay],
    review: [
      'Greiðslan er í skoðun',
      'Ekki greiða aftur. Talaðu við söluaðilann og nefndu tilvísunina',
    ],
  },
  canceling: ['Hætti við…', 'Ekki samþykkja beiðnina í símanum.'],
  uncertain: [
    'Við erum enn að athuga',
    'Ekki greiða aftur. Sé beiðni í Netgíró-appinu skaltu hafna henni.',
  ],
  outcome: {
    declined: 'Greiðslu hafnað',
    canceled,
    expired,
    failed: 'Greiðslan tókst ekki',
  },
  errors: {
    declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
    canceled_by_shopper: nothingPaid,
    canceled_by_shop: 'Verslunin hætti við greiðsluna.',
    ended_by_provider: `Beiðninni lauk án greiðslu. ${tryAgainOrPayOtherwise}`,
    no_answer: 'Reyndu aftur þegar síminn er við höndina.',
    outcome_unknown:
      'Við fengum ekki svar. Sé beiðni í appinu skaltu hafna henni áður en þú reynir aftur.',
    request_not_sent:
      'Netgíró samþykkti ekki beiðnina. Athugaðu númerið eða greiddu með öðrum hætti.',
    amount_too_low: 'Upphæðin er of lág fyrir Netgíró.',
    provider_unavailable: `Ekki náðist í Netgíró. ${tryAgainShortly}`,
    invalid_phone: 'Sláðu inn íslenskt farsímanúmer: sjö tölustafi sem byrja á 6, 7 eða 8.',
    unknown_session: 'Þessi greiðsla fannst ekki. Endurhladdu síðuna eða byrjaðu aftur í körfunni.',
    attempt_open: '',
    checkout_closed: '',
    too_many_requests: `${tooManyAttempts} Greiddu með öðrum hætti.`,
    phone_busy:
      'Önnur greiðslubeiðni bíður í þessum síma. Ljúktu við hana eða hafnaðu henni í appinu.',
    too_little_time: 'Of lítill tími er eftir til að senda aðra beiðni. Byrjaðu aftur í körfunni.',
    temporarily_unavailable: tryAgainShortly,
    shutting_down: tryAgainShortly,
    unreachable: 'Ekki náðist samband við greiðsluþjóninn.',
    network: `Samband rofnaði. ${tryAgainShortly}`,
    internal_error: `Eitthvað fór úrskeiðis. ${tryAgainShortly}`,
  },
  phone: 'Símanúmer',
  hint: 'Við sendum beiðni í þennan síma og þú staðfestir í Netgíró-appinu.',
  send: 'Senda greiðslubeiðni',
  cancel: 'Hætta við',
  replace: 'Hætta við hina beiðnina og senda nýja',
  sentTo: 'Sent í símann',
  validFor: 'Gildir í',
  seconds: 'sekúndur',
  help: [
    'Engin tilkynning? Beiðnin er undir „Greiðslur á bið“ í appinu.',
    'Rangt númer? Hættu við og reyndu aftur.',
  ],
  mayLeave: 'Þú mátt loka síðunni – greiðslan heldur áfram.',
  connecting: 'Tengist…',
  reconnecting: 'Tengist aftur…',
  tryAgain: 'Reyna aftur',
  tooLate: [paid, 'Of seint að hætta við: greiðslan tókst.'],
  tryAgainIn: (minutes) =>
    `${tooManyAttempts} Reyndu aftur eftir ${minutes} ${minutes % 10 === 1 && minutes !== 11 ? 'mínútu' : 'mínútur'}.`,
}
