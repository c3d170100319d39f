import fc from 'fast-check'
import type { RefundResult } from '../../../server/core/checkout.ts'
import { toRefundResult } from '../../../server/providers/netgiro/partner.ts'
import { refund } from '../../../server/providers/netgiro/v2/calls.ts'
import { changeOf, changed, write, writings } from './change.ts'
import type { Change, Json, Writing } from './change.ts'
import { demand, demandMatch } from './demand.ts'
import { httpStatus, isSuccess } from './http-status.ts'
import { id, isStatus, otherId } from './netgiro-v2.ts'
import { httpResponse } from '../http-response.ts'

const apis = ['V2', 'partner'] as const

export interface RefundCase {
  readonly api: (typeof apis)[number]
  /** Whether the money goes back. */
  readonly isMade: boolean
  /** The partner API's body is hardly documented: a message alone, or the three fields of the other calls. */
  readonly isShort: boolean
  readonly changes: readonly Change[]
  readonly httpStatus: number | null
  readonly writing: Writing
}

const change = changeOf(['Success', 'Message', 'ResultCode', 'Status', 'TransactionId'], {
  Success: [true, false],
  Message: ['Success', 'Refund successful', 'Insufficient funds', 'Refund queued', ''],
  ResultCode: [200, 400, 500, 10200, 10201],
  Status: ['Pending', 'Authorized', 'Confirmed', 'Cancelled', 'paid', 'pending'],
})

export const refundCase: fc.Arbitrary<RefundCase> = fc.record({
  api: fc.constantFrom(...apis),
  isMade: fc.boolean(),
  isShort: fc.boolean(),
  changes: fc.array(change, { maxLength: 3 }),
  httpStatus,
  writing: fc.oneof(
    { weight: 5, arbitrary: fc.constant('plain' as const) },
    fc.constantFrom(...writings),
  ),
})

/** [netgiro] refund, response, partner API: what an honest provider says. */
function honest({ api, isMade, isShort }: RefundCase, TransactionId: string): Json {
  const Message = isMade ? 'Refund successful' : 'Transaction is not refundable'
  if (isShort) return api === 'V2' ? { Success: isMade, Message } : { Message }
  return api === 'V2'
    ? { Success: isMade, Message, Status: null, TransactionId, PollIntervalMs: null }
    : { Success: isMade, Message, ResultCode: isMade ? 200 : 400 }
}

function sentOf(one: RefundCase) {
  const answer = changed(honest(one, id), honest(one, otherId), one.changes)
  const http = one.httpStatus ?? (one.isMade ? 200 : 400)
  return { answer, http, text: write(answer, one.writing) }
}

async function read(one: RefundCase): Promise<RefundResult> {
  const { http, text } = sentOf(one)
  if (one.api === 'partner') return toRefundResult(http, text)
  const answered = () => Promise.resolve(httpResponse(text, http))
  const client = {
    ...{ permit: () => () => true, post: answered, get: answered },
    close: () => Promise.resolve(),
  }
  return refund(client, { providerRef: id, amount: 500, key: 'ref_1' })
}

export async function judgeRefund(one: RefundCase): Promise<void> {
  const { answer, http } = sentOf(one)
  const fact = await read(one)
  if (http === 401) {
    const isRefused = one.writing === 'twice' || !saysMade(one.api, answer)
    demandMatch(fact, { type: isRefused ? 'not_sent' : 'unknown' })
  } else demand(fact.type !== 'not_sent', 'it was sent', fact)
  if (fact.type === 'unknown') demand(fact.effect, 'it may have been made', fact)
  if (fact.type === 'refunded') judgeSuccess(one.api, answer, http)
  if (fact.type === 'refund_refused') judgeRefusal(one.api, answer, http)
  const isSettled = fact.type === 'refunded' || fact.type === 'refund_refused'
  if (one.writing === 'twice') demand(!isSettled, 'a contradiction is believed', fact)
  // The oracle: what became of the money. One thing that is wrong with an answer must not hide it.
  const wrong = one.changes.length + (one.httpStatus === null ? 0 : 1)
  if (isSettled && wrong <= 1)
    demand(one.isMade === (fact.type === 'refunded'), 'the money says otherwise', answer)
  if (wrong === 0 && one.writing !== 'twice')
    demandMatch(fact, { type: one.isMade ? 'refunded' : 'refund_refused' })
}

const isNone = (value: unknown): boolean => value === null || value === undefined
const says = ({ Message }: Json): boolean =>
  Message === 'Refund successful' || Message === 'Success'

/** A contradiction, where the status refuses our credentials. */
const saysMade = (api: RefundCase['api'], answer: Json): boolean =>
  !(isNone(answer['Success']) || answer['Success'] === false) ||
  says(answer) ||
  (api === 'V2' && isStatus(answer['Status'])) ||
  (api === 'partner' && !isNone(answer['ResultCode']) && maySayMade(answer['ResultCode']))
const maySayMade = (code: unknown): boolean => code === 200 || !Number.isSafeInteger(code)

function judgeSuccess(api: RefundCase['api'], answer: Json, http: number): void {
  const { Success, Message, ResultCode, Status, TransactionId } = answer
  demand(http === 200, 'it was only accepted', answer)
  demand(says(answer) || isNone(Message) || Message === '', 'an undocumented message', answer)
  demand(Success === true || (api === 'partner' && isNone(Success)), 'no success', answer)
  const isPlain = isNone(Status) || (api === 'V2' && Status === 'Confirmed')
  demand(isPlain, 'an undocumented status', answer)
  if (api === 'V2') demand(TransactionId !== otherId, 'it is about another payment', answer)
  else {
    demand(isNone(ResultCode) || ResultCode === 200, 'an undocumented code', answer)
    demand(Success === true || ResultCode === 200 || says(answer), 'nothing says so', answer)
  }
}

function judgeRefusal(api: RefundCase['api'], answer: Json, http: number): void {
  const { Success, ResultCode, TransactionId } = answer
  const isRefusal = [400, 404, 409, 422].includes(http) || (api === 'V2' && isSuccess(http))
  demand(isRefusal, 'the status is no refusal', answer)
  demand(!says(answer) && Success !== true, 'it says that it was made', answer)
  if (api === 'V2') demand(Success === false && TransactionId !== otherId, 'no refusal', answer)
  else demand(ResultCode !== 200 && typeof answer['Message'] === 'string', 'no refusal', answer)
}
