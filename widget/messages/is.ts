import { icelandicKronur } from '../format.ts'
import type { Messages, Headline } from './messages.ts'

const tryAgainShortly = 'Reyndu aftur eftir smástund.'
const canNoLongerPay = 'Ekki er lengur hægt að greiða hér.'
const canceled = 'Hætt við greiðslu'
const expired = 'Tíminn rann út'
const confirm: Headline = [
  'Staðfestu greiðsluna í Netgíró-appinu',
  'Opnaðu appið og ýttu á „Samþykkja“.',
]

/** What every element says of these. */
export const sharedStatus = {
  starting: ['Sendi beiðni…', ''],
  confirming: ['Verið er að ljúka greiðslunni…', ''],
  paid: ['Greiðsla tókst', 'Takk fyrir.'],
  canceled: [canceled, canNoLongerPay],
  expired: [expired, canNoLongerPay],
  review: [
    'Greiðslan er í skoðun',
    'Ekki greiða aftur. Talaðu við söluaðilann og nefndu tilvísunina',
  ],
} satisfies Partial<Messages['status']>

export const invalidPhone = 'Sláðu inn íslenskt farsímanúmer: sjö tölustafi sem byrja á 6, 7 eða 8.'

/** What every element says of these. */
export const sharedErrors = {
  unknown_session: 'Þessi greiðsla fannst ekki. Endurhladdu síðuna eða byrjaðu aftur í körfunni.',
  attempt_open: '',
  checkout_closed: '',
  unreachable: 'Ekki náðist samband við greiðsluþjóninn.',
  network: `Samband rofnaði. ${tryAgainShortly}`,
  internal_error: `Eitthvað fór úrskeiðis. ${tryAgainShortly}`,
} satisfies Partial<Messages['errors']>

/** What the other elements say as well. */
export const shared = {
  amount: icelandicKronur,
  asksFor: 'biður um',
  outcome: {
    declined: 'Greiðslu hafnað',
    canceled,
    expired,
    failed: 'Greiðslan tókst ekki',
  },
  cancel: 'Hætta við',
  sentTo: 'Sent í símann',
  validFor: 'Gildir í',
  connecting: 'Tengist…',
  reconnecting: 'Tengist aftur…',
  offline: 'Ekkert netsamband.',
  tryAgain: 'Reyna aftur',
} satisfies Partial<Messages>

export const is: Messages = {
  ...shared,
  errors: {
    ...sharedErrors,
    outcome_unknown:
      'Við fengum ekki svar. Sé beiðni í appinu skaltu hafna henni áður en þú reynir aftur.',
    invalid_phone: invalidPhone,
  },
  status: {
    ...sharedStatus,
    open: ['Greiða með Netgíró', ''],
    awaiting_shopper: confirm,
    awaiting_code: confirm,
  },
  canceling: ['Hætti við…', 'Sé beiðni í símanum skaltu ekki samþykkja hana.'],
  uncertain: [
    'Við erum enn að athuga',
    'Ekki greiða aftur. Sé beiðni í Netgíró-appinu skaltu hafna henni.',
  ],
  phone: 'Símanúmer',
  hint: 'Við sendum beiðni í þennan síma og þú staðfestir í Netgíró-appinu.',
  send: 'Senda greiðslubeiðni',
}
