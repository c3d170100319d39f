import type { Evidence, Payment, ProviderFact } from '../../checkout/checkout.ts'
import type { AttemptReason } from '../../protocol.ts'
import type { Call, Reply } from './client.ts'

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

/** ConfirmCart with the payer's code in `Identifier` is a question of its own. */
export type Question = Call | 'GiveCode'

type Meaning = (reply: Reply, evidence: Evidence) => ProviderFact

const paid: Meaning = (reply, evidence) => ({
  type: 'paid',
  payment: paymentOf(reply),
  proof: 'proven',
  evidence,
})
const approved =
  (awaits: 'confirm' | 'callback_answer'): Meaning =>
  (reply, evidence) => ({ type: 'approved', awaits, payment: paymentOf(reply), evidence })
const pending =
  (next: 'awaiting_shopper' | 'awaiting_code'): Meaning =>
  (_, evidence) => ({ type: 'pending', next, evidence })
const canceled: Meaning = (_, evidence) => ({
  type: 'ended',
  by: 'cancel',
  isFinal: true,
  evidence,
})
/** [netgiro] check-cart: 10201 is "canceled or doesn't exist, etc." */
const canceledOrUnseen: Meaning = (_, evidence) => ({
  type: 'ended',
  by: 'cancel',
  isFinal: false,
  evidence,
})
const declined: Meaning = (_, evidence) => ({
  type: 'ended',
  by: 'decline',
  isFinal: true,
  evidence,
})
const codeRefused: Meaning = (_, evidence) => ({ type: 'code_refused', evidence })
const tooLate: Meaning = (_, evidence) => ({ type: 'too_late_to_cancel', evidence })
const refused =
  (outcome: 'declined' | 'failed', reason: AttemptReason): Meaning =>
  (_, evidence) => ({ type: 'refused', outcome, reason, evidence })
const requested: Meaning = (reply, evidence) =>
  reply.TransactionId
    ? {
        type: 'requested',
        providerRef: reply.TransactionId,
        paceMs: reply.ProcessCartCheckIntervalMiliseconds ?? null,
        evidence,
      }
    : { type: 'unknown', effect: true, evidence }

/**
 * The whole of what Netgíró's answers mean. A row holds when code, `Success` and `PaymentSuccessful` are all as the
 * documents say; `any` where they do not say. What is not in the table means "unknown", which ends nothing.
 */
type Row = readonly [
  code: number,
  success: boolean | 'any',
  paymentSuccessful: boolean | 'any',
  Meaning,
]
const c = ResultCode

export const table: Readonly<Record<Question, readonly Row[]>> = {
  InsertCart: [
    [c.Success, true, 'any', requested],
    // [netgiro] result-codes: four codes read "Customer declined payment"; before 2020-11 three of them said why.
    [c.Blacklisted, false, 'any', refused('declined', 'declined')],
    [c.NotVerified, false, 'any', refused('declined', 'declined')],
    [c.Inactive, false, 'any', refused('declined', 'declined')],
    [c.CustomerDeclined, false, 'any', refused('declined', 'declined')],
    [c.CustomerDoesNotExist, false, 'any', refused('failed', 'request_not_sent')],
    [c.CartNotValid, false, 'any', refused('failed', 'request_not_sent')],
    [c.ConfirmationTypeNotValid, false, 'any', refused('failed', 'request_not_sent')],
    [c.GenericError, false, 'any', refused('failed', 'request_not_sent')],
    [c.MinimumAmount, false, 'any', refused('failed', 'amount_too_low')],
  ],
  CheckCart: [
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, true, true, paid],
    [c.PendingCustomerConfirmation, true, false, pending('awaiting_shopper')],
    [c.AdditionalConfirmationNeeded, true, false, pending('awaiting_code')],
    // [netgiro] 10426: reservation created, waiting for the provider's ConfirmCart (ConfirmationType 2).
    [c.ReservationWaitingForConfirm, true, false, approved('confirm')],
    // [netgiro] 10429: reservation created, waiting for the provider's answer to the callback (ConfirmationType 1).
    [c.ReservationWaitingForCallback, true, false, approved('callback_answer')],
    [c.PaymentCanceled, true, false, canceledOrUnseen],
    [c.PaymentAlreadyCanceled, 'any', false, canceled],
    [c.CartNotFound, 'any', false, canceledOrUnseen],
    [c.CartNotValid, 'any', false, canceledOrUnseen],
    [c.CustomerDoesNotExist, 'any', false, declined],
    [c.Blacklisted, 'any', false, declined],
    [c.NotVerified, 'any', false, declined],
    [c.Inactive, 'any', false, declined],
    [c.CustomerDeclined, 'any', false, declined],
  ],
  ConfirmCart: [
    // [netgiro] confirm-cart: a failed confirmation has Success true as well; only PaymentSuccessful tells.
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, 'any', true, paid],
    [c.PaymentCanceled, 'any', false, canceled],
    [c.PaymentAlreadyCanceled, 'any', false, canceled],
  ],
  GiveCode: [
    [c.PaymentConfirmed, true, true, paid],
    [c.PaymentAlreadyConfirmed, 'any', true, paid],
    // [netgiro] offline-checkout, picture SSN, manual: the code makes a reservation, a second ConfirmCart the payment.
    [c.ReservationWaitingForConfirm, true, false, approved('confirm')],
    [c.GenericError, 'any', false, codeRefused],
    [c.AdditionalConfirmationNeeded, 'any', false, codeRefused],
    [c.PaymentCanceled, 'any', false, canceled],
    [c.PaymentAlreadyCanceled, 'any', false, canceled],
  ],
  CancelCart: [
    [c.PaymentCanceled, true, 'any', canceled],
    [c.PaymentAlreadyCanceled, 'any', 'any', canceled],
    // [netgiro] cancel-cart: Success false with 10200, "customer was first". CheckCart then tells the payment.
    [c.PaymentConfirmed, false, 'any', tooLate],
    [c.PaymentAlreadyConfirmed, 'any', 'any', tooLate],
  ],
}

const byCode = (rows: readonly Row[]) => new Map(rows.map((row) => [row[0], row]))
const index: Readonly<Record<Question, ReadonlyMap<number, Row>>> = {
  InsertCart: byCode(table.InsertCart),
  CheckCart: byCode(table.CheckCart),
  ConfirmCart: byCode(table.ConfirmCart),
  GiveCode: byCode(table.GiveCode),
  CancelCart: byCode(table.CancelCart),
}

export function meaningOf(
  question: Question,
  reply: Reply,
  referenceId: string | null,
): ProviderFact {
  const call = callOf(question)
  const evidence = { call, code: String(reply.ResultCode), referenceId }
  const row = index[question].get(reply.ResultCode)
  if (!row) return unknown(call, evidence)
  const [, success, paymentSuccessful, meaning] = row
  const asDocumented =
    (success === 'any' || success === reply.Success) &&
    (paymentSuccessful === 'any' || paymentSuccessful === (reply.PaymentSuccessful ?? false))
  return asDocumented ? meaning(reply, evidence) : unknown(call, evidence)
}

export const callOf = (question: Question): Call =>
  question === 'GiveCode' ? 'ConfirmCart' : question

export const unknown = (call: Call, evidence: Evidence): ProviderFact => ({
  type: 'unknown',
  effect: call !== 'CheckCart',
  evidence,
})

const paymentOf = ({ PaymentInfo }: Reply): Payment => ({
  amount: PaymentInfo?.TotalAmount ?? null,
  reference: PaymentInfo?.ReferenceNumber ?? null,
})
