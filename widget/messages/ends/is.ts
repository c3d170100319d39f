import type { LaterCode, Headline } from '../messages.ts'

const tooManyAttempts = 'Of margar tilraunir.'
const tryAgainShortly = 'Reyndu aftur eftir smástund.'
const nothingPaid = 'Ekkert var greitt.'
const tryAgainOrPayOtherwise = 'Þú getur reynt aftur eða greitt með öðrum hætti.'

/** What other elements say as well. */
export const sharedErrors = {
  declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
  canceled_by_shopper: nothingPaid,
  canceled_by_shop: 'Verslunin hætti við greiðsluna.',
  amount_too_low: 'Upphæðin er of lág fyrir Netgíró.',
  provider_unavailable: `Ekki náðist í Netgíró. ${tryAgainShortly}`,
  too_many_requests: `${tooManyAttempts} Greiddu með öðrum hætti.`,
  too_little_time: 'Of lítill tími er eftir til að senda aðra beiðni. Byrjaðu aftur í körfunni.',
  temporarily_unavailable: tryAgainShortly,
  shutting_down: tryAgainShortly,
} satisfies Partial<Record<LaterCode, string>>

const errors: Readonly<Record<LaterCode, string>> = {
  ...sharedErrors,
  ended_by_provider: `Beiðninni lauk án greiðslu. ${tryAgainOrPayOtherwise}`,
  no_answer: 'Reyndu aftur þegar síminn er við höndina.',
  request_not_sent:
    'Netgíró samþykkti ekki beiðnina. Athugaðu númerið eða greiddu með öðrum hætti.',
  phone_busy:
    'Önnur greiðslubeiðni bíður í þessum síma. Ljúktu við hana eða hafnaðu henni í appinu.',
}

export const replace = 'Hætta við hina beiðnina og senda nýja'

export const mayLeave = 'Þú mátt loka síðunni – greiðslan heldur áfram.'

export const seconds = 'sekúndur'

export const tryAgainIn = (minutes: number) =>
  `${tooManyAttempts} Reyndu aftur eftir ${minutes} ${minutes % 10 === 1 && minutes !== 11 ? 'mínútu' : 'mínútur'}.`

export const tooLate: Headline = ['Greiðsla tókst', 'Of seint að hætta við: greiðslan tókst.']

export const cancelFailed = 'Ekki tókst að hætta við.'

/** All of them, for the file that adds them later. */
export const ends = { errors, replace, mayLeave, seconds, tryAgainIn, tooLate, cancelFailed }
