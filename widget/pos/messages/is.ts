import { invalidPhone, shared, sharedErrors, sharedStatus } from '../../messages/is.ts'
import {
  cancelFailed,
  replace,
  seconds,
  sharedErrors as ends,
  tooLate,
  tryAgainIn,
} from '../../messages/ends/is.ts'
import type { PosMessages } from './messages.ts'

const nothingPaid = 'Ekkert var greitt.'
const tryAgainOrPayOtherwise = 'Reyndu aftur eða taktu við greiðslu með öðrum hætti.'
const appCode = 'Kóði úr appi'

export const is: PosMessages = {
  ...shared,
  tooLate,
  tryAgainIn,
  cancelFailed,
  seconds,
  replace,
  status: {
    ...sharedStatus,
    open: ['Greiðsla með Netgíró', ''],
    awaiting_shopper: ['Bíð eftir staðfestingu', 'Viðskiptavinurinn samþykkir í Netgíró-appinu.'],
    awaiting_code: ['Sláðu inn kóðann', 'Viðskiptavinurinn fékk fjögurra stafa kóða í SMS.'],
    paid: [sharedStatus.paid[0], ''],
    review: [
      'Greiðslan er í skoðun',
      'Ekki rukka aftur. Láttu vaktstjóra vita og nefndu tilvísunina',
    ],
  },
  canceling: ['Hætti við…', 'Bíð eftir svari frá Netgíró.'],
  uncertain: [
    'Við erum enn að athuga',
    'Ekki rukka aftur. Sé beiðni í appi viðskiptavinarins ætti að hafna henni.',
  ],
  errors: {
    ...sharedErrors,
    ...ends,
    invalid_phone: invalidPhone,
    declined: `${nothingPaid} ${tryAgainOrPayOtherwise}`,
    ended_by_provider: `Beiðninni lauk án greiðslu. ${tryAgainOrPayOtherwise}`,
    no_answer: `Viðskiptavinurinn svaraði ekki í tæka tíð. ${nothingPaid}`,
    outcome_unknown:
      'Ekkert svar barst. Sé beiðni í appi viðskiptavinarins ætti að hafna henni áður en þú reynir aftur.',
    request_not_sent: `Netgíró samþykkti ekki beiðnina. ${tryAgainOrPayOtherwise}`,
    unknown_session: 'Þessi greiðsla fannst ekki. Byrjaðu söluna aftur.',
    too_many_requests: 'Of margar tilraunir. Taktu við greiðslu með öðrum hætti.',
    phone_busy:
      'Önnur greiðslubeiðni bíður í síma viðskiptavinarins. Hægt er að ljúka við hana eða hafna henni í appinu.',
    too_little_time: 'Of lítill tími er eftir til að senda aðra beiðni. Byrjaðu söluna aftur.',
    wrong_code: `Kóðinn var rangur of oft. ${nothingPaid}`,
    invalid_national_id: 'Sláðu inn tíu stafa kennitölu.',
    invalid_app_code: 'Kóðinn er tíu stafir og byrjar á 500004.',
    invalid_code: 'Kóðinn er fjórir stafir.',
    code_not_expected: '',
    not_supported: 'Þessi leið er ekki í boði hér.',
  },
  kinds: {
    phone: {
      label: 'Símanúmer',
      hint: 'Viðskiptavinurinn fær beiðni í Netgíró-appið.',
      used: 'Sent í símann',
    },
    national_id: {
      label: 'Kennitala',
      hint: 'Viðskiptavinurinn fær kóða í SMS og les hann upp.',
      used: 'Kennitala',
    },
    app_code: {
      label: appCode,
      hint: 'Skannaðu strikamerkið í appinu eða sláðu inn töluna undir því.',
      used: appCode,
    },
  },
  choose: 'Hvernig er viðskiptavinurinn auðkenndur?',
  send: 'Senda beiðni',
  code: 'Kóði úr SMS',
  codeHint: 'Viðskiptavinurinn les kóðann upp.',
  codeHelp: 'Ekkert SMS? Hættu við og notaðu símanúmer eða kóða úr appinu.',
  submitCode: 'Staðfesta kóða',
  checkingCode: 'Athuga kóðann…',
  wrongCode: 'Rangur kóði.',
  triesLeft: (tries) => (tries === 1 ? 'Ein tilraun eftir.' : `${tries} tilraunir eftir.`),
  help: [
    'Finnst beiðnin ekki? Hún er undir „Greiðslur á bið“ í appinu.',
    'Rangt númer? Hættu við og reyndu aftur.',
  ],
  nextSale: 'Næsta sala',
  ready: ['Tilbúið fyrir næstu sölu', ''],
}
