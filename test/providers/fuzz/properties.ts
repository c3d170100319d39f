import fc from 'fast-check'
import { avardaCase, judgeAvarda } from './avarda.ts'
import { answerIn, judgeV1, readDirectly, v1Case } from './netgiro-v1.ts'
import { judgeV2, v2Case } from './netgiro-v2.ts'

/** What is asserted of the answers of each provider, whatever becomes of them. */
export const properties = {
  'Netgíró V1': fc.property(v1Case, (one) => {
    judgeV1(one, readDirectly(one, answerIn(one).text))
  }),
  'Netgíró V2': fc.property(v2Case, judgeV2),
  Avarda: fc.property(avardaCase, judgeAvarda),
}
