import { is as shopper } from '../../messages/is.ts'
import type { TillMessages } from './messages.ts'

const nothing = 'Ekkert var greitt.'
const paid = 'Greiðsla tókst'
const appCode = 'Kóði úr appi'

export const is: TillMessages = {
  ...shopper,
  status: {
    ...shopper.status,
    open: ['Greiðsla með Netgíró', ''],
    awaiting_shopper: ['Bíð eftir staðfestingu', 'Viðskiptavinurinn samþykkir í Netgíró-appinu.'],
    awaiting_code: ['Sláðu inn kóðann', 'Viðskiptavinurinn fékk fjögurra stafa kóða í SMS.'],
    paid: [paid, ''],
    review: ['Greiðslan er í skoðun', 'Ekki rukka aftur. Láttu vaktstjóra vita.'],
  },
  canceling: ['Hætti við…', 'Bíð eftir svari frá Netgíró.'],
  uncertain: [
    'Við erum enn að athuga',
    'Ekki rukka aftur. Biddu viðskiptavininn að líta á símann.',
  ],
  outcome: { ...shopper.outcome, failed: 'Greiðslan tókst ekki' },
  tooLate: [paid, 'Of seint að hætta við: greiðslan fór í gegn.'],
  says: {
    ...shopper.says,
    no_answer: `Viðskiptavinurinn svaraði ekki í tæka tíð. ${nothing}`,
    outcome_unknown: 'Biddu viðskiptavininn að líta í Netgíró-appið áður en þú reynir aftur.',
    request_not_sent: 'Netgíró gat ekki sent þessum viðskiptavini beiðni.',
    wrong_code: `Kóðinn var rangur of oft. ${nothing}`,
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
  giveCode: 'Staðfesta kóða',
  checkingCode: 'Athuga kóðann…',
  wrongCode: 'Rangur kóði.',
  triesLeft: (tries) => (tries === 1 ? 'Ein tilraun eftir.' : `${tries} tilraunir eftir.`),
  help: [
    'Finnst beiðnin ekki? Hún er undir „Greiðslur á bið“ í appinu.',
    'Rangt númer? Hættu við og reyndu aftur.',
  ],
  mayLeave: '',
  nextSale: 'Næsta sala',
  ready: ['Tilbúið fyrir næstu sölu', ''],
}
