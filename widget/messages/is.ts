import { icelandicKronur } from '../format.ts'
import type { Messages, Words } from './messages.ts'

const again = 'Reyndu aftur eftir smástund.'
const nothing = 'Ekkert var greitt.'
const closed = 'Ekki er lengur hægt að greiða hér.'
const canceled = 'Hætt við greiðslu'
const expired = 'Tíminn rann út'
const confirm: Words = [
  'Staðfestu greiðsluna í Netgíró-appinu',
  'Opnaðu appið og ýttu á „Samþykkja“.',
]

export const is: Messages = {
  amount: icelandicKronur,
  status: {
    open: ['Greiða með Netgíró', ''],
    starting: ['Sendi beiðni…', ''],
    awaiting_shopper: confirm,
    awaiting_code: confirm,
    confirming: ['Staðfesti greiðsluna…', ''],
    paid: ['Greiðsla tókst', 'Takk fyrir.'],
    canceled: [canceled, closed],
    expired: [expired, closed],
    review: ['Greiðslan er í skoðun', 'Ekki greiða aftur. Talaðu við söluaðilann.'],
  },
  canceling: ['Hætti við…', 'Ekki samþykkja beiðnina í símanum.'],
  uncertain: ['Við erum enn að athuga', 'Ekki greiða aftur. Líttu á símann.'],
  outcome: {
    declined: 'Greiðslu hafnað',
    canceled,
    expired,
    failed: 'Beiðnin var ekki send',
  },
  says: {
    declined: nothing,
    canceled_by_shopper: nothing,
    canceled_by_shop: nothing,
    no_answer: 'Reyndu aftur þegar síminn er við höndina.',
    outcome_unknown: 'Líttu í Netgíró-appið áður en þú reynir aftur.',
    request_not_sent: 'Netgíró gat ekki sent í þetta númer.',
    amount_too_low: 'Upphæðin er of lág fyrir Netgíró.',
    provider_unavailable: `Ekki náðist í Netgíró. ${again}`,
    invalid_phone: 'Sláðu inn sjö stafa farsímanúmer.',
    unknown_session: 'Þessi greiðsla fannst ekki.',
    attempt_open: '',
    checkout_closed: '',
    too_many_requests: `Of margar tilraunir. ${again}`,
    network: `Samband rofnaði. ${again}`,
    internal_error: `Eitthvað fór úrskeiðis. ${again}`,
  },
  phone: 'Símanúmer',
  hint: 'Við sendum beiðni í þennan síma og þú staðfestir í Netgíró-appinu.',
  send: 'Senda greiðslubeiðni',
  cancel: 'Hætta við',
  sentTo: 'Sent í símann',
  validFor: 'Gildir í',
  seconds: 'sekúndur',
  help: [
    'Engin tilkynning? Beiðnin er undir „Greiðslur á bið“ í appinu.',
    'Rangt númer? Hættu við og reyndu aftur.',
  ],
  mayLeave: 'Þú mátt loka síðunni.',
  reconnecting: 'Tengist aftur…',
}
