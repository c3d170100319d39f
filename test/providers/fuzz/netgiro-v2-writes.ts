import fc from 'fast-check'
import type { ProviderResult } from '../../../server/core/checkout.ts'
import { cancel, capture } from '../../../server/providers/netgiro/v2/calls.ts'
import type { NetgiroV2Client, V2Call } from '../../../server/providers/netgiro/v2/client.ts'
import { changeOf, changed, write, writings } from './change.ts'
import type { Change, Json, Writing } from './change.ts'
import { demand, demandMatch } from './demand.ts'
import { httpStatus, isSuccess } from './http-status.ts'
import { details, id, isStatus, otherId, states, status } from './netgiro-v2.ts'
import type { State } from './netgiro-v2.ts'
import { httpResponse } from '../http-response.ts'

const writes = ['capture', 'cancel'] as const
/** The answers in the order in which they come; only a cancellation asks before it is sent. */
const places = ['before', 'write', 'after', 'details'] as const
type Place = (typeof places)[number]

/** A capture or a cancellation, and what is read around it. */
export interface V2WriteCase {
  readonly call: (typeof writes)[number]
  /** What the provider has before the call, and after it; another payment is in `other`. */
  readonly before: State
  readonly after: State
  readonly other: State
  readonly isRefused: boolean
  /** One answer alone is not as it should be: two could tell a lie that nobody could see through. */
  readonly wrong: Place
  readonly isSwapped: boolean
  readonly changes: readonly Change[]
  readonly httpStatus: number | null
  readonly writing: Writing
}

const change = changeOf(
  ['Success', 'Message', 'Status', 'TransactionId', 'PollIntervalMs', 'TotalAmount'],
  {
    Status: [
      ...['Pending', 'Authorized', 'Confirmed', 'Cancelled'],
      ...['paid', 'unpaid', 'canceled', 'reservation'],
    ],
    Success: [true, false],
  },
)

export const v2WriteCase: fc.Arbitrary<V2WriteCase> = fc.record({
  call: fc.constantFrom(...writes),
  before: fc.constantFrom(...states),
  after: fc.constantFrom(...states),
  other: fc.constantFrom(...states),
  isRefused: fc.boolean(),
  wrong: fc.constantFrom('write', 'write', 'write', ...places),
  isSwapped: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  changes: fc.array(change, { maxLength: 3 }),
  httpStatus,
  writing: fc.oneof(
    { weight: 5, arbitrary: fc.constant('plain' as const) },
    fc.constantFrom(...writings),
  ),
})

/** [netgiro] capture, cancel: the envelope of the other calls; a refusal is HTTP 400. */
const written = (isRefused: boolean, state: State, TransactionId: string): Json => ({
  ...{ Success: !isRefused, Message: isRefused ? 'Transaction cannot be changed' : 'Success' },
  ...{ Status: isRefused ? null : status(state, TransactionId)['Status'], TransactionId },
  PollIntervalMs: null,
})

const honest = (one: V2WriteCase, place: Place, isOther: boolean): Json => {
  const [name, state] = [isOther ? otherId : id, isOther ? one.other : one.after]
  switch (place) {
    case 'before':
      return status(isOther ? one.other : one.before, name)
    case 'write':
      return written(one.isRefused, state, name)
    case 'after':
      return status(state, name)
    case 'details':
      return details(state, name)
  }
}

function answerAt(one: V2WriteCase, place: Place) {
  const honestStatus = place === 'write' && one.isRefused ? 400 : 200
  const own = honest(one, place, false)
  if (place !== one.wrong)
    return { answer: own, response: httpResponse(JSON.stringify(own), honestStatus) }
  const other = honest(one, place, true)
  const answer = one.isSwapped ? changed(other, own, one.changes) : changed(own, other, one.changes)
  const response = httpResponse(write(answer, one.writing), one.httpStatus ?? honestStatus)
  return { answer, response }
}

/** The client without the way over the network. */
function clientOf(one: V2WriteCase): NetgiroV2Client & { readonly called: readonly V2Call[] } {
  const called: V2Call[] = []
  const answered = (call: V2Call, place: Place, at = one) => {
    called.push(call)
    return Promise.resolve(answerAt(at, place).response)
  }
  return {
    called,
    permit: () => () => true,
    post: (call) => answered(call, 'write'),
    get: (call) => {
      const isBefore = one.call === 'cancel' && !called.includes('cancel')
      if (call === 'status') return answered(call, isBefore ? 'before' : 'after')
      return answered(call, 'details', isBefore ? { ...one, after: one.before } : one)
    },
    close: () => Promise.resolve(),
  }
}

export async function judgeV2Write(one: V2WriteCase): Promise<void> {
  const client = clientOf(one)
  const payment = { providerRef: id, reference: 'WEB-1-k4m7r2xq', captureMethod: 'manual' } as const
  const fact = await (one.call === 'capture' ? capture : cancel)(client, payment)
  const isSent = client.called.includes(one.call)
  if (fact.type === 'paid') {
    // The oracle: what the provider has taken, and not what it says.
    const isCredited = fact.payment.amount === 12_990
    demand(!isCredited || (isSent ? one.after : one.before) === 'paid', 'nothing was taken', fact)
  }
  if (isSent) judgeSent(one, fact)
  else judgeUnsent(one, fact)
  if (one.call === 'cancel' && isSent) {
    const { Status, Success, TransactionId } = answerAt(one, 'before').answer
    demand(Status !== 'Confirmed', 'a payment would be undone', fact)
    demand(
      Success === true && ![otherId].includes(String(TransactionId)),
      'nothing was known',
      fact,
    )
  }
}

const saysDone: readonly unknown[] = ['Success', 'Refund successful']

/** What the answer to the call itself says, as the pages document it. */
function saidOf(one: V2WriteCase): 'done' | 'refused' | 'unauthorized' | 'nothing' {
  const { answer, response } = answerAt(one, 'write')
  const { status: http } = response
  const isWrong = one.wrong === 'write'
  if (http === 401) {
    const { Success = null, Message, Status } = answer
    const isDenied = Success === null || Success === false
    const isRead = isWrong && one.writing !== 'twice'
    const isContradiction = !isDenied || saysDone.includes(Message) || isStatus(Status)
    return isRead && isContradiction ? 'nothing' : 'unauthorized'
  }
  if (isWrong && one.writing === 'twice') return 'nothing'
  if (answer['TransactionId'] === otherId) return 'nothing'
  if (answer['Success'] === true && isSuccess(http)) return 'done'
  const isRefusal = isSuccess(http) || [400, 404, 409, 422].includes(http)
  return answer['Success'] === false && isRefusal ? 'refused' : 'nothing'
}

function judgeSent(one: V2WriteCase, fact: ProviderResult): void {
  const said = saidOf(one)
  if (said === 'unauthorized') demandMatch(fact, { type: 'not_sent' })
  else demand(fact.type !== 'not_sent', 'it was sent', fact)
  if (said === 'nothing') demandMatch(fact, { type: 'unknown', effect: true, isUnderWay: true })
  if (fact.type === 'unknown') {
    demand(fact.effect, 'it may have had an effect', fact)
    demand(said === 'refused' || fact.isUnderWay === true, 'it may still come', fact)
  }
  if (fact.type === 'ended') {
    const isLie = one.wrong === 'after' || one.wrong === 'details'
    demand(one.after === 'canceled' || isLie, 'it has not ended', fact)
    const isFinal = one.call === 'cancel' && (said === 'done' || one.after === 'canceled')
    demand(!fact.isFinal || isFinal || one.wrong === 'details', 'nothing made it final', fact)
  }
  if (fact.type === 'too_late_to_cancel') demand(said === 'refused', 'it was not refused', fact)
  // After a cancellation that was made, no payment is believed.
  if (one.call === 'cancel' && said === 'done')
    demand(['ended', 'unknown'].includes(fact.type), 'it was canceled', fact)
}

function judgeUnsent({ call }: V2WriteCase, fact: ProviderResult): void {
  demand(call === 'cancel', 'a capture is not sent', fact)
  demand(['paid', 'unknown', 'not_sent'].includes(fact.type), 'not sent', fact)
  if (fact.type === 'unknown') demand(!fact.effect, 'nothing was sent', fact)
}
