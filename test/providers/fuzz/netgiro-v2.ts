import fc from 'fast-check'
import type { ProviderResult } from '../../../server/core/checkout.ts'
import { parseAnswer, parseDetails } from '../../../server/providers/netgiro/v2/answers.ts'
import { mapStart, mapStatus } from '../../../server/providers/netgiro/v2/results.ts'
import { changeOf, changed, write, writings } from './change.ts'
import type { Change, Json, Writing } from './change.ts'
import { demand, demandMatch } from './demand.ts'
import { httpResponse } from '../http-response.ts'

export const id = '49888c9f-4f30-4d25-a4b9-899e756467fe'
export const otherId = '9d6ffb92-2c6e-4c5f-9e0b-0a2f7c6c1d11'
export const states = ['waiting', 'reserved', 'paid', 'canceled'] as const
export type State = (typeof states)[number]

const words = {
  waiting: ['Pending', 'unpaid'],
  reserved: ['Authorized', 'reservation'],
  paid: ['Confirmed', 'paid'],
  canceled: ['Cancelled', 'canceled'],
} as const
/** A documented `Status`, of the envelope. */
export const isStatus = (value: unknown): boolean =>
  states.some((state) => words[state][0] === value)
export const status = (state: State, TransactionId: string): Json => ({
  ...{ Success: true, Message: null, Status: words[state][0], TransactionId },
  PollIntervalMs: state === 'waiting' ? 2_000 : null,
})
export const details = (state: State, TransactionId: string): Json => ({
  ...{ IsRefundable: true, Status: words[state][1], Created: '2026-05-28T10:30:00' },
  // The same for both, for of whose it is the name alone may tell.
  ...{ TotalAmount: 12_990, TransactionId, SettlementDate: null },
})

const statusChange = changeOf(['Success', 'Message', 'Status', 'TransactionId', 'PollIntervalMs'], {
  Status: ['Pending', 'Authorized', 'Confirmed', 'Cancelled'],
})
const detailsChange = changeOf(
  ['IsRefundable', 'Status', 'Created', 'TotalAmount', 'TransactionId', 'SettlementDate'],
  { Status: ['paid', 'unpaid', 'canceled', 'reservation'] },
)

export interface V2Case {
  readonly state: State
  readonly otherState: State
  readonly swapped: 'neither' | 'status' | 'details' | 'both'
  /** In one of the two answers: in both at once they could tell a lie that nobody could see through. */
  readonly changes: { readonly of: 'status' | 'details'; readonly made: readonly Change[] }
  readonly httpStatus: number
  readonly writing: Writing
}

export const v2Case: fc.Arbitrary<V2Case> = fc.record({
  state: fc.constantFrom(...states),
  otherState: fc.constantFrom(...states),
  swapped: fc.constantFrom('neither', 'neither', 'neither', 'status', 'details', 'both'),
  changes: fc.oneof(
    fc.record({
      of: fc.constant('status' as const),
      made: fc.array(statusChange, { maxLength: 3 }),
    }),
    fc.record({
      of: fc.constant('details' as const),
      made: fc.array(detailsChange, { maxLength: 3 }),
    }),
  ),
  httpStatus: fc.oneof(
    { weight: 8, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503),
  ),
  writing: fc.oneof(
    { weight: 5, arbitrary: fc.constant('plain' as const) },
    fc.constantFrom(...writings),
  ),
})

export function judgeV2(one: V2Case): void {
  const { state, changes, httpStatus, writing } = one
  const isSwapped = (which: string) => one.swapped === which || one.swapped === 'both'
  const answer = (which: 'status' | 'details') => {
    const make = which === 'status' ? status : details
    const [own, other] = [make(state, id), make(one.otherState, otherId)]
    const made = changes.of === which ? changes.made : []
    return isSwapped(which) ? changed(other, own, made) : changed(own, other, made)
  }
  const sent = (json: Json) => httpResponse(write(json, writing), httpStatus)
  const [first, second] = [answer('status'), answer('details')]
  const payment = { providerRef: id, captureMethod: 'manual' } as const
  const isPlain =
    httpStatus === 200 &&
    changes.made.length === 0 &&
    one.swapped === 'neither' &&
    writing !== 'twice'

  const fact = mapStatus(
    parseAnswer('status', sent(first), id),
    parseDetails(sent(second)),
    payment,
  )
  judgeCheck(one, first, fact)
  if (isPlain) demandMatch(fact, expected(state))

  const begun = mapStart(sent(first))
  const name = first['TransactionId']
  if (begun.type === 'requested') demand(begun.providerRef === name, 'another name', begun)
  const isKept = typeof name === 'string' && /^[!-~]{1,200}$/.test(name)
  if (isKept && first['Success'] !== false && writing !== 'twice')
    demandMatch(begun, { type: 'requested', providerRef: name })
}

function judgeCheck(
  { state, httpStatus, writing }: V2Case,
  first: Json,
  fact: ProviderResult,
): void {
  if (fact.type === 'paid') {
    // The oracle: what the provider has taken, and not what it says.
    const isCredited = fact.payment.amount === 12_990
    demand(!isCredited || state === 'paid', 'nothing was taken', fact)
    demand(first['Success'] === true, 'Success is not true', first)
  }
  if (fact.type === 'ended') demand(!fact.isFinal, 'a status is not final')
  if (writing === 'twice' || httpStatus < 200 || httpStatus > 299)
    demandMatch(fact, { type: 'unknown', effect: false })
}

function expected(state: State): object {
  const payment = { amount: 12_990, reference: null }
  switch (state) {
    case 'waiting':
      return { type: 'pending' }
    case 'reserved':
      return { type: 'authorized', payment }
    case 'paid':
      return { type: 'paid', proof: 'proven', payment }
    case 'canceled':
      return { type: 'ended', by: 'unknown' }
  }
}
