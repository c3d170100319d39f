import fc from 'fast-check'
import { avardaCase, judgeAvarda } from './avarda.ts'
import { avardaStartCase, judgeAvardaStart } from './avarda-start.ts'
import { callbackCase, judgeCallback } from './callbacks.ts'
import { judgeRefund, refundCase } from './netgiro-refunds.ts'
import { answerIn, judgeV1, readDirectly, v1Case } from './netgiro-v1.ts'
import { judgeV2, v2Case } from './netgiro-v2.ts'
import { judgeV2Write, v2WriteCase } from './netgiro-v2-writes.ts'

/** What is asserted of what each provider says, whatever becomes of it. */
export const properties = {
  'Netgíró V1': fc.property(v1Case, (one) => {
    judgeV1(one, readDirectly(one, answerIn(one).text))
  }),
  'Netgíró V2': fc.property(v2Case, judgeV2),
  'captures and cancellations by V2': fc.asyncProperty(v2WriteCase, judgeV2Write),
  'refunds by V2 and the partner API': fc.asyncProperty(refundCase, judgeRefund),
  Avarda: fc.property(avardaCase, judgeAvarda),
  "Avarda's InitializePayment": fc.property(avardaStartCase, judgeAvardaStart),
  callbacks: fc.property(callbackCase, judgeCallback),
}
