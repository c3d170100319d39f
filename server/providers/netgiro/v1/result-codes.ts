import type { Evidence, ProviderResult } from '../../../core/checkout.ts'
import type { AttemptReason } from '../../../protocol/index.ts'
import { readOr, unreadable } from '../../fields.ts'
import type { Call } from './client.ts'
import { isContradicted, paymentOf, proofOf } from './proof.ts'
import type { Reply } from './reply.ts'

/** [netgiro] docs/api/checkout/result-codes; the names are those of the page, or of the demo client's enum. */
export const ResultCode = {
  Success: 200,
  GenericError: 400,
  PaymentConfirmed: 10200,
  PaymentCanceled: 10201,
  PaymentAlreadyCanceled: 10202,
  PaymentAlreadyConfirmed: 10203,
  Blacklisted: 10302,
  CartNotValid: 10304,
  MinimumAmount: 10305,
  CustomerDoesNotExist: 10306,
  NotVerified: 10307,
  Inactive: 10422,
  CustomerDeclined: 10423,
  CartNotFound: 10424,
  PendingCustomerConfirmation: 10425,
  ReservationWaitingForConfirm: 10426,
  ConfirmationTypeNotValid: 10427,
  AdditionalConfirmationNeeded: 10428,
  ReservationWaitingForCallback: 10429,
} as const

/** ConfirmCart with the payer's code in `Identifier` is an operation of its own. */
export type Operation = Call | 'SubmitCode'

type ResultMapper = (reply: Reply, evidence: Evidence) => ProviderResult

const paid: ResultMapper = (reply, evidence) => ({
  type: 'paid',
  payment: paymentOf(reply),
  proof: proofOf(reply),
  evidence,
})
const authorized =
  (awaits: 'capture' | 'callback_answer'): ResultMapper =>
  (reply, evidence) => ({ type: 'authorized', awaits, payment: paymentOf(reply), evidence })
const pending =
  (next: 'awaiting_shopper' | 'awaiting_code'): ResultMapper =>
  (_, evidence) => ({ type: 'pending', next, evidence })
const ended =
  (by: 'cancel' | 'decline', isFinal: boolean): ResultMapper =>
  (_, evidence) => ({ type: 'ended', by, isFinal, evidence })
/** The answer to a cancellation, which can mean nothing else. */
const canceled = ended('cancel', true)
/**
 * [netgiro] check-cart: 10201 is "canceled or doesn't exist, etc.", so that it may only be a view that lags behind. The
 * other ends are no firmer, for one question to CancelCart is all that it costs to be sure.
 */
const seenCanceled = ended('cancel', false)
const seenDeclined = ended('decline', false)
const codeRefused: ResultMapper = (_, evidence) => ({ type: 'code_refused', evidence })
const tooLate: ResultMapper = (_, evidence) => ({ type: 'too_late_to_cancel', evidence })
const refused =
  (outcome: 'declined' | 'failed', reason: AttemptReason): ResultMapper =>
  (reply, evidence) => {
    const providerRef = readOr(reply.TransactionId)
    return {
      type: 'refused',
      ...(providerRef !== null && { providerRef }),
      outcome,
      reason,
      evidence,
    }
  }

/**
 * The whole of what Netgíró's answers mean. A row holds when code, `Success` and `PaymentSuccessful` are all as the
 * documents say, and of the documented types; `any` where they do not say. What is not in the table means "unknown", which
 * ends nothing.
 */
type Row = readonly [
  code: number,
  success: boolean | 'any',
  /** `false` also where it is absent, as it is documented for two of the calls alone. */
  paymentSuccessful: boolean | 'any',
  ResultMapper,
]
const c = ResultCode

export const table: Readonly<Record<Operation, readonly Row[]>> = {
  InsertCart: [
    // [netgiro] result-codes: four codes read "Customer declined payment"; before 2020-11 three of them said why.
    [c.Blacklisted, false, false, refused('declined', 'declined')],
    [c.NotVerified, false, false, refused('declined', 'declined')],
    [c.Inactive, false, false, refused('declined', 'declined')],
    [c.CustomerDeclined, false, false, refused('declined', 'declined')],
    [c.CustomerDoesNotExist, false, false, refused('failed', 'request_not_sent')],
    [c.CartNotValid, false, false, refused('failed', 'request_not_sent')],
    [c.ConfirmationTypeNotValid, false, false, refused('failed', 'request_not_sent')],
    [c.GenericError, false, false, refused('failed', 'request_not_sent')],
    [c.MinimumAmount, false, false, refused('failed', 'amount_too_low')],
  ],
  CheckCart: [
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, true, true, paid],
    [c.PendingCustomerConfirmation, true, false, pending('awaiting_shopper')],
    [c.AdditionalConfirmationNeeded, true, false, pending('awaiting_code')],
    // [netgiro] 10426: reservation created, waiting for the provider's ConfirmCart (ConfirmationType 2).
    [c.ReservationWaitingForConfirm, true, false, authorized('capture')],
    // [netgiro] 10429: reservation created, waiting for the provider's answer to the callback (ConfirmationType 1).
    [c.ReservationWaitingForCallback, true, false, authorized('callback_answer')],
    [c.PaymentCanceled, true, false, seenCanceled],
    [c.PaymentAlreadyCanceled, 'any', false, seenCanceled],
    [c.CartNotFound, 'any', false, seenCanceled],
    [c.CartNotValid, 'any', false, seenCanceled],
    [c.CustomerDoesNotExist, 'any', false, seenDeclined],
    [c.Blacklisted, 'any', false, seenDeclined],
    [c.NotVerified, 'any', false, seenDeclined],
    [c.Inactive, 'any', false, seenDeclined],
    [c.CustomerDeclined, 'any', false, seenDeclined],
  ],
  ConfirmCart: [
    // [netgiro] confirm-cart: a failed confirmation has Success true as well; only PaymentSuccessful tells.
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, 'any', true, paid],
    [c.PaymentCanceled, 'any', false, seenCanceled],
    [c.PaymentAlreadyCanceled, 'any', false, seenCanceled],
  ],
  SubmitCode: [
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, 'any', true, paid],
    // [netgiro] offline-checkout, picture SSN, manual: the code makes a reservation, a second ConfirmCart the payment.
    [c.ReservationWaitingForConfirm, true, false, authorized('capture')],
    [c.GenericError, 'any', false, codeRefused],
    [c.AdditionalConfirmationNeeded, 'any', false, codeRefused],
    [c.PaymentCanceled, 'any', false, seenCanceled],
    [c.PaymentAlreadyCanceled, 'any', false, seenCanceled],
  ],
  CancelCart: [
    [c.PaymentCanceled, true, false, canceled],
    [c.PaymentAlreadyCanceled, 'any', false, canceled],
    // [netgiro] cancel-cart: Success false with 10200, "customer was first". CheckCart then tells the payment.
    [c.PaymentConfirmed, false, 'any', tooLate],
    [c.PaymentAlreadyConfirmed, 'any', 'any', tooLate],
  ],
}

const byCode = (rows: readonly Row[]) => new Map(rows.map((row) => [row[0], row]))
const index: Readonly<Record<Operation, ReadonlyMap<number, Row>>> = {
  InsertCart: byCode(table.InsertCart),
  CheckCart: byCode(table.CheckCart),
  ConfirmCart: byCode(table.ConfirmCart),
  SubmitCode: byCode(table.SubmitCode),
  CancelCart: byCode(table.CancelCart),
}

/** What an answer means; its signature is the caller's business. */
export function toResult(
  operation: Operation,
  reply: Reply,
  referenceId: string | null,
): ProviderResult {
  const call = endpointOf(operation)
  const number = readOr(reply.ResultCode)
  const code = number === null ? 'unreadable_code' : String(number)
  const evidence = { call, code, referenceId }
  const row = index[operation].get(number ?? NaN)
  const fact = row && holds(row, reply) ? row[3](reply, evidence) : null
  const isSound = fact !== null && !isContradicted(fact, reply)
  if (isSound) return fact
  if (operation === 'InsertCart') return named(reply, evidence)
  return unknown(call, row ? { ...evidence, code: 'contradictory' } : evidence)
}

function holds([, success, paymentSuccessful]: Row, reply: Reply): boolean {
  const { Success, PaymentSuccessful } = reply
  if (typeof Success !== 'boolean' || PaymentSuccessful === unreadable) return false
  return (
    (success === 'any' || success === Success) &&
    (paymentSuccessful === 'any' || paymentSuccessful === (PaymentSuccessful ?? false))
  )
}

/**
 * What names the payment is kept, whatever stands beside it: a request whose name is lost can neither be asked about nor
 * called off. [netgiro] insert-cart: a "successful insert" is Success with 200; of any other answer no more is believed
 * than that there is something to ask about.
 */
function named(reply: Reply, evidence: Evidence): ProviderResult {
  const providerRef = readOr(reply.TransactionId)
  if (providerRef === null) return unknown('InsertCart', evidence)
  const { Success, ResultCode: code, PaymentSuccessful, PaymentInfo } = reply
  const isPlain =
    Success === true && code === c.Success && !PaymentSuccessful && PaymentInfo === null
  const pollIntervalMs = readOr(reply.ProcessCartCheckIntervalMiliseconds)
  return { type: 'requested', providerRef, pollIntervalMs, pollImmediately: !isPlain, evidence }
}

const approvalCodes: readonly unknown[] = [
  ...[c.PaymentConfirmed, c.PaymentAlreadyConfirmed],
  ...[c.ReservationWaitingForConfirm, c.ReservationWaitingForCallback],
]

/** Whether a callback speaks of a payer who approved: it has the shape of CheckCart's answer. */
export const saysApproved = ({ Success, ResultCode, PaymentInfo }: Reply): boolean =>
  Success === true &&
  approvalCodes.includes(ResultCode) &&
  (PaymentInfo === null || PaymentInfo === unreadable || PaymentInfo.StatusId !== 5)

export const endpointOf = (operation: Operation): Call =>
  operation === 'SubmitCode' ? 'ConfirmCart' : operation

export const unknown = (call: Call, evidence: Evidence): ProviderResult => ({
  type: 'unknown',
  effect: call !== 'CheckCart',
  evidence,
})
