import fc from 'fast-check'
import type { ProviderResult } from '../../../server/core/checkout.ts'
import { readReply } from '../../../server/providers/netgiro/v1/reply.ts'
import { toResult } from '../../../server/providers/netgiro/v1/result-codes.ts'
import type { Operation } from '../../../server/providers/netgiro/v1/result-codes.ts'
import { sign } from '../../../server/providers/netgiro/signature.ts'
import { httpResponse } from '../http-response.ts'
import { changeOf, changed, isObject, write, writings } from './change.ts'
import type { Change, Json, Writing } from './change.ts'
import { demand, demandMatch } from './demand.ts'

/** A cart as the provider has it; of the two, one is asked about. */
interface Cart {
  readonly id: string
  readonly reference: string
  readonly amount: number
  readonly state: (typeof states)[number]
}
const states = ['waiting', 'awaiting_code', 'reserved', 'paid', 'canceled'] as const

const cart = (state: Cart['state']): Cart => ({
  ...{ id: '49888c9f-4f30-4d25-a4b9-899e756467fe', reference: 'WEB-1-k4m7r2xq' },
  ...{ amount: 12_990, state },
})
const otherCart = (state: Cart['state']): Cart => ({
  ...{ id: '9d6ffb92-2c6e-4c5f-9e0b-0a2f7c6c1d11', reference: 'WEB-2-p9w3z8ya' },
  ...{ amount: 1_990, state },
})

const statusIds = { waiting: null, awaiting_code: null, reserved: 1, paid: 2, canceled: 5 }
const codes = {
  waiting: 10425,
  awaiting_code: 10428,
  reserved: 10426,
  paid: 10200,
  canceled: 10201,
}

/** [netgiro] insert-cart, check-cart, confirm-cart, cancel-cart: what an honest provider says. */
function honest(question: Operation, { id, reference, amount, state }: Cart): Json {
  const StatusId = statusIds[state]
  const PaymentInfo = {
    ...{ TransactionId: id, InvoiceNumber: 1234, ReferenceNumber: reference, StatusId },
    ...{ Created: '2020-01-22T13:21:29', TotalAmount: amount },
  }
  const told = { PaymentInfo: StatusId === null ? null : PaymentInfo, Message: null }
  if (question === 'InsertCart') {
    const fields = { TransactionId: id, ProcessCartCheckIntervalMiliseconds: 2_000 }
    return { ...fields, Success: true, Message: 'Success', ResultCode: 200 }
  }
  if (question === 'CancelCart') {
    const isInTime = state !== 'paid'
    return { ...told, Success: isInTime, ResultCode: isInTime ? 10201 : 10200 }
  }
  return { ...told, PaymentSuccessful: state === 'paid', Success: true, ResultCode: codes[state] }
}

const documentedCodes = [
  ...[200, 400, 500, 10200, 10201, 10202, 10203, 10302, 10304, 10305, 10306, 10307, 10422, 10423],
  ...[10424, 10425, 10426, 10427, 10428, 10429, 10999],
]
const paths = [
  ...['TransactionId', 'Success', 'Message', 'ResultCode', 'PaymentSuccessful', 'PaymentInfo'],
  ...['ProcessCartCheckIntervalMiliseconds', 'PaymentInfo.TransactionId', 'PaymentInfo.StatusId'],
  ...['PaymentInfo.ReferenceNumber', 'PaymentInfo.TotalAmount', 'PaymentInfo.InvoiceNumber'],
  'PaymentInfo.Created',
]
const change = changeOf(paths, {
  ResultCode: documentedCodes,
  'PaymentInfo.StatusId': [1, 2, 5],
  PaymentSuccessful: [true],
})
/** As far as two changes go: the code and its flag say paid. */
const lie: fc.Arbitrary<readonly Change[]> = fc.constantFrom(10200, 10203).map((code) => [
  { path: 'ResultCode', to: { value: code } },
  { path: 'PaymentSuccessful', to: { value: true } },
])

export interface V1Case {
  readonly question: Operation
  readonly state: Cart['state']
  readonly otherState: Cart['state']
  /** The whole answer is the other cart's. */
  readonly isSwapped: boolean
  /** No more than two: three can tell a lie that nobody could see through. */
  readonly changes: readonly Change[]
  readonly writing: Writing
}

const questions = ['InsertCart', 'CheckCart', 'ConfirmCart', 'SubmitCode', 'CancelCart'] as const

/** The other cart's payment under our reference and amount: nobody could see through it, for its id may be another one. */
const isOursByName = ({ isSwapped, changes }: V1Case): boolean =>
  isSwapped &&
  ['PaymentInfo.ReferenceNumber', 'PaymentInfo.TotalAmount'].every((name) =>
    changes.some(({ path }) => path === name),
  )

export const v1Case: fc.Arbitrary<V1Case> = fc
  .record({
    question: fc.constantFrom(...questions),
    state: fc.constantFrom(...states),
    otherState: fc.constantFrom(...states),
    isSwapped: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    changes: fc.oneof({ weight: 5, arbitrary: fc.array(change, { maxLength: 2 }) }, lie),
    writing: fc.oneof(
      { weight: 5, arbitrary: fc.constant('plain' as const) },
      fc.constantFrom(...writings),
    ),
  })
  .filter((one) => !isOursByName(one))

/** The answer that a case is about, and its text. */
export function answerIn({ question, isSwapped, changes, writing, ...one }: V1Case) {
  const [own, other] = [
    honest(question, cart(one.state)),
    honest(question, otherCart(one.otherState)),
  ]
  const answer = isSwapped ? changed(other, own, changes) : changed(own, other, changes)
  return { answer, text: write(answer, writing) }
}

/** Read as the adapter reads it, without the way over the network. */
export function readDirectly({ question }: V1Case, body: string): ProviderResult {
  const url = 'https://api.netgiro.is/v1/Checkout'
  const signature = sign('secret', '1', url, body)
  const headers = { netgiro_nonce: '1', netgiro_signature: signature }
  const reply = readReply('secret', httpResponse(body, 200, { url, headers }))
  const evidence = { call: question, code: 'unreadable_answer', referenceId: null }
  return reply
    ? toResult(question, reply, null, cart('waiting').reference)
    : { type: 'unknown', effect: true, evidence }
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[!-~]{1,200}$/.test(value)
const refusals = [400, 10302, 10304, 10305, 10306, 10307, 10422, 10423, 10427]
/** Of these nothing depends on what they hold. */
const idle = ['Message', 'PaymentInfo.InvoiceNumber', 'PaymentInfo.Created']

/** What has to hold of every answer, whatever has happened to it on its way. */
export function judgeV1(one: V1Case, fact: ProviderResult): void {
  const { question, state, changes, writing } = one
  const { answer } = answerIn(one)
  const ours = cart(state)
  if (writing === 'twice') {
    demand(fact.type === 'unknown', 'a contradiction is believed', fact)
    return
  }
  if (fact.type === 'paid') {
    const { amount, reference } = fact.payment
    // As it is credited: what is not told is not held against it.
    const isCredited =
      (amount === null || amount === ours.amount) &&
      (reference === null || reference === ours.reference)
    // The oracle: what the provider has taken, and not what it says.
    const isProven = fact.proof === 'proven'
    demand(!(isProven && isCredited) || state === 'paid', 'nothing was taken', fact)
    demand(answer['PaymentSuccessful'] === true, 'PaymentSuccessful is not true')
    demand(!isProven || tellsWhose(answer), 'it does not say whose it is', answer)
  }
  const { Success, PaymentSuccessful } = answer
  const isTyped =
    typeof Success === 'boolean' &&
    ['boolean', 'undefined'].includes(typeof (PaymentSuccessful ?? undefined))
  demand(isTyped || ['unknown', 'requested'].includes(fact.type), 'its flags are no flags', answer)
  const without = ['ended', 'pending', 'authorized', 'refused', 'code_refused']
  demand(!without.includes(fact.type) || !isConfirmed(answer), 'StatusId says paid', answer)
  if (question === 'InsertCart') judgeStart(answer, fact)
  else demand(!['requested', 'refused'].includes(fact.type), 'nothing was requested', fact)
  if (fact.type === 'ended') {
    demand(fact.isFinal === (question === 'CancelCart'), 'only a cancellation is final', fact)
    const isPlainLie = changes.length < 2 && !one.isSwapped
    demand(!(fact.isFinal && isPlainLie) || state !== 'paid', 'it was paid', fact)
  }
  // What is read as money is compared by the core.
  const isSilent =
    ['paid', 'authorized', 'unknown'].includes(fact.type) || question === 'InsertCart'
  demand(isSilent || !namesAnother(answer, ours), 'it is about another payment', answer)
  if (fact.type === 'unknown') demand(fact.effect || question === 'CheckCart', 'it had an effect')
  const isUntouched = changes.every(({ path }) => idle.includes(path)) && !one.isSwapped
  if (isUntouched) demandMatch(fact, expected(question, ours))
}

const infoIn = ({ PaymentInfo }: Json): Json => (isObject(PaymentInfo) ? PaymentInfo : {})
function namesAnother(answer: Json, { reference }: Cart): boolean {
  const { ReferenceNumber: named } = infoIn(answer)
  return (
    typeof named === 'string' && !['', reference.toLowerCase()].includes(named.trim().toLowerCase())
  )
}
const isConfirmed = (answer: Json): boolean => infoIn(answer)['StatusId'] === 2
function tellsWhose(answer: Json): boolean {
  const { ReferenceNumber, TotalAmount } = infoIn(answer)
  const isNamed = typeof ReferenceNumber === 'string' && ReferenceNumber !== ''
  return isNamed && Number.isFinite(TotalAmount)
}

/** What names the payment is kept where it is there and can be read, whatever stands beside it. */
function judgeStart(answer: Json, fact: ProviderResult): void {
  const id = answer['TransactionId']
  if (fact.type === 'refused') {
    demand(answer['Success'] === false, 'a refusal has Success false', answer)
    demand(refusals.includes(Number(answer['ResultCode'])), 'it is no refusal', answer)
  } else if (isName(id)) demandMatch(fact, { type: 'requested', providerRef: id })
  else demandMatch(fact, { type: 'unknown', effect: true })
}

/** What an honest answer means. */
function expected(question: Operation, { id, reference, amount, state }: Cart): object {
  const paid = { type: 'paid', proof: 'proven', payment: { amount, reference, paymentRef: id } }
  if (question === 'InsertCart')
    return { type: 'requested', providerRef: id, pollIntervalMs: 2_000, pollImmediately: false }
  if (question === 'CancelCart')
    return state === 'paid' ? { type: 'too_late_to_cancel' } : { type: 'ended', isFinal: true }
  if (state === 'paid') return paid
  if (state === 'canceled') return { type: 'ended', isFinal: false }
  if (question === 'CheckCart') return { type: state === 'reserved' ? 'authorized' : 'pending' }
  return {}
}
