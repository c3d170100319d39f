import type { DetailsMessages } from './messages.ts'

export const is: DetailsMessages = {
  help: {
    open_app: 'Engin tilkynning? Beiðnin er undir „Greiðslur á bið“ í appinu.',
    no_app: 'Ekki með appið? Netgíró sendir SMS með hlekk.',
    send_again: 'Kom engin beiðni? Sendu hana aftur eða breyttu númerinu.',
    last_seconds: 'Beiðnin rennur út eftir smástund. Þú getur sent nýja.',
  },
  openApp: 'Opna Netgíró-appið',
  sendAgain: 'Senda aftur',
  changeNumber: 'Breyta símanúmeri',
  paidWith: 'Greitt með',
  time: 'Tími',
  supportCode: 'Kóði fyrir þjónustuver',
  copy: 'Afrita',
  copied: 'Afritað',
  remember: 'Muna símanúmerið í þessu tæki',
  forget: 'Gleyma símanúmerinu',
}
