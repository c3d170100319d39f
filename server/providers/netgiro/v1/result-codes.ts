import type { Evidence, ProviderResult } from '../../../core/checkout.ts'
import type { AttemptReason } from '../../../protocol/index.ts'
import { readOr, unreadable } from '../../fields.ts'
import type { Call } from './client.ts'
import { isContradicted, isOfAnother, paymentOf, proofOf } from './proof.ts'
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

/** ConfirmCart with the payer's code in `Identifier` is a separate operation. */
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
/** The response to a cancellation, which is unambiguous. */
const canceledFinally = ended('cancel', true)
const declinedFinally = ended('decline', true)
/**
 * [netgiro] check-cart: 10201 is "canceled or doesn't exist, etc.", so it may also come from a view that lags behind. The
 * other ends are not treated as final either, because one CancelCart is all it takes to be sure.
 */
const reportedCanceled = ended('cancel', false)
const reportedDeclined = ended('decline', false)
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
 * Every documented response and its result. A row matches when code, `Success` and `PaymentSuccessful` have the documented
 * values and types; `any` where they are not documented. Everything outside the table is "unknown", which ends nothing.
 */
type Row = readonly [
  code: number,
  success: boolean | 'any',
  /** `false` matches an absent field too, because only two of the calls document it. */
  paymentSuccessful: boolean | 'any',
  ResultMapper,
]
const c = ResultCode

export const table: Readonly<Record<Operation, readonly Row[]>> = {
  InsertCart: [
    // [netgiro] result-codes: four codes read "Customer declined payment"; before 2020-11 three of them gave a reason.
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
    [c.PaymentCanceled, true, false, reportedCanceled],
    [c.PaymentAlreadyCanceled, 'any', false, reportedCanceled],
    [c.CartNotFound, 'any', false, reportedCanceled],
    [c.CartNotValid, 'any', false, reportedCanceled],
    [c.CustomerDoesNotExist, 'any', false, reportedDeclined],
    [c.Blacklisted, 'any', false, reportedDeclined],
    [c.NotVerified, 'any', false, reportedDeclined],
    [c.Inactive, 'any', false, reportedDeclined],
    [c.CustomerDeclined, 'any', false, reportedDeclined],
  ],
  ConfirmCart: [
    // [netgiro] confirm-cart: a failed confirmation has Success true as well; only PaymentSuccessful differs.
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, 'any', true, paid],
    [c.PaymentCanceled, 'any', false, reportedCanceled],
    [c.PaymentAlreadyCanceled, 'any', false, reportedCanceled],
  ],
  SubmitCode: [
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, 'any', true, paid],
    // [netgiro] offline-checkout, picture SSN, manual: the code makes a reservation, a second ConfirmCart the payment.
    [c.ReservationWaitingForConfirm, true, false, authorized('capture')],
    [c.GenericError, 'any', false, codeRefused],
    [c.AdditionalConfirmationNeeded, 'any', false, codeRefused],
    [c.PaymentCanceled, 'any', false, reportedCanceled],
    [c.PaymentAlreadyCanceled, 'any', false, reportedCanceled],
  ],
  CancelCart: [
    [c.PaymentCanceled, true, false, canceledFinally],
    [c.PaymentAlreadyCanceled, 'any', false, canceledFinally],
    // [netgiro] result-codes: "Customer declined payment". Said in answer to a cancellation, it leaves nothing to cancel.
    [c.Blacklisted, 'any', false, declinedFinally],
    [c.NotVerified, 'any', false, declinedFinally],
    [c.Inactive, 'any', false, declinedFinally],
    [c.CustomerDeclined, 'any', false, declinedFinally],
    // [netgiro] cancel-cart: Success false with 10200, "customer was first". CheckCart then reports the payment.
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

/**
 * Translates a reply into a result; the caller verifies the signature.
 *
 * @param reference - of the attempt that the call was about; null for a call that no PaymentInfo answers
 */
export function toResult(
  operation: Operation,
  reply: Reply,
  referenceId: string | null,
  reference: string | null,
): ProviderResult {
  const number = readOr(reply.ResultCode)
  const code = number === null ? 'unreadable_code' : String(number)
  const evidence = { call: endpointOf(operation), code, referenceId }
  const row = index[operation].get(number ?? NaN)
  const result = row && matches(row, reply) ? row[3](reply, evidence) : null
  if (result && isOfAnother(result, reply, reference))
    return unknown({ ...evidence, code: 'another_payment' })
  if (result && !isContradicted(result, reply)) return result
  if (operation === 'InsertCart') return toRequested(reply, evidence)
  return unknown(row ? { ...evidence, code: 'contradictory' } : evidence)
}

function matches([, success, paymentSuccessful]: Row, reply: Reply): boolean {
  const { Success, PaymentSuccessful } = reply
  if (typeof Success !== 'boolean' || PaymentSuccessful === unreadable) return false
  return (
    (success === 'any' || success === Success) &&
    (paymentSuccessful === 'any' || paymentSuccessful === (PaymentSuccessful ?? false))
  )
}

/**
 * The TransactionId is kept regardless of the other fields: without it the payment can neither be polled nor canceled.
 * [netgiro] insert-cart: a "successful insert" is Success with 200; any other response only means that there is a payment
 * to poll.
 */
function toRequested(reply: Reply, evidence: Evidence): ProviderResult {
  const providerRef = readOr(reply.TransactionId)
  if (providerRef === null) return unknown(evidence)
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

/** Whether a callback reports the payer's approval; it has the shape of CheckCart's response. */
export const saysApproved = ({ Success, ResultCode, PaymentInfo }: Reply): boolean =>
  Success === true && approvalCodes.includes(ResultCode) && readOr(PaymentInfo)?.StatusId !== 5

export const endpointOf = (operation: Operation): Call =>
  operation === 'SubmitCode' ? 'ConfirmCart' : operation

/** Any call but a question may have had an effect. */
const unknown = (evidence: Evidence) =>
  ({ type: 'unknown', effect: evidence.call !== 'CheckCart', evidence }) as const

/** No answer at all, or one that nobody has signed. */
export const unanswered = (evidence: Evidence): ProviderResult => ({
  ...unknown(evidence),
  isUnderWay: true,
})
