import type { ProviderResult, RefundResult } from '../../../core/checkout.ts'
import type { PaymentHandle, RefundRequest } from '../../../core/provider.ts'
import { parseAnswer, parseDetails } from './answers.ts'
import type { ParsedAnswer } from './answers.ts'
import type { Envelope } from './fields.ts'
import { mayMeanRefunded, saysRefunded } from '../refund-messages.ts'
import type { NetgiroV2Client } from './client.ts'
import { isCanceled, mapStatus, needsDetails, statusOf, withoutEffect } from './results.ts'

/**
 * `details` may know what `status` is slow to say, perhaps while the provider waits for our answer to its callback. Only for a
 * reservation: a payment is not believed without `status`.
 */
const impatientMs = 1_000

const readStatus = async (client: NetgiroV2Client, providerRef: string, timeoutMs?: number) =>
  parseAnswer('status', await client.get('status', providerRef, timeoutMs), providerRef)

const readDetails = async (client: NetgiroV2Client, providerRef: string) =>
  parseDetails(await client.get('details', providerRef))

export async function check(
  client: NetgiroV2Client,
  payment: PaymentHandle,
): Promise<ProviderResult> {
  const { providerRef, isReservationDue } = payment
  const status = await readStatus(client, providerRef, isReservationDue ? impatientMs : undefined)
  const isNeeded = needsDetails(statusOf(status, providerRef), payment)
  return mapStatus(status, isNeeded ? await readDetails(client, providerRef) : null, payment)
}

export async function capture(
  client: NetgiroV2Client,
  payment: PaymentHandle,
): Promise<ProviderResult> {
  const { providerRef } = payment
  // [netgiro] capture: without an Amount it captures all that is held.
  const fields = { TransactionId: providerRef }
  const captured = parseAnswer('capture', await client.post('capture', fields), providerRef)
  const notSent = withoutEffect(captured)
  if (notSent) return notSent
  const unknown = notSeenYet(captured)
  if (captured.kind === 'unknown') return unknown
  const result = await check(client, payment)
  return result.type === 'paid' || result.type === 'ended' ? result : unknown
}

/**
 * [netgiro] cancel: "works at any stage", a confirmed payment included. It must not undo a payment, so it is sent only
 * after `status` has reported something other than Confirmed. Confirmed alone does not say that it is too late, for what is
 * still reserved would be given up then; with the details it is the payment itself, which no later view may hide again. It is
 * sent even if the status is Cancelled, which may come from a view that lags behind: only the response to this call is
 * unambiguous.
 */
export async function cancel(
  client: NetgiroV2Client,
  payment: PaymentHandle,
): Promise<ProviderResult> {
  const { providerRef } = payment
  const mayLeave = client.permit()
  const before = await readStatus(client, providerRef)
  const [status] = statusOf(before, providerRef) ?? []
  if (!status) return mapStatus(before, null, payment)
  if (status === 'paid') return mapStatus(before, await readDetails(client, providerRef), payment)

  const fields = { TransactionId: providerRef }
  const answer = await client.post('cancel', fields, mayLeave)
  const canceled = parseAnswer('cancel', answer, providerRef)
  const notSent = withoutEffect(canceled)
  if (notSent) return notSent
  const unknown = notSeenYet(canceled)
  if (canceled.kind === 'unknown') return unknown
  const result = await check(client, payment)
  if (result.type === 'ended') {
    const isFinal = canceled.kind === 'ok' || (await isCanceledByDetails(client, providerRef))
    return { ...result, by: status === 'canceled' ? 'unknown' : 'cancel', isFinal }
  }
  // After a successful cancellation the payment is not paid: the status lags behind, or the money has yet to go back.
  if (canceled.kind === 'ok') return unknown
  if (result.type === 'authorized')
    return { type: 'too_late_to_cancel', evidence: canceled.evidence }
  return result.type === 'paid' ? result : unknown
}

/** A call whose effect does not show: unless it was refused, it may still come. */
const notSeenYet = ({ kind, evidence }: ParsedAnswer<unknown>) => ({
  ...({ type: 'unknown', effect: true, evidence } as const),
  ...(kind !== 'refused' && ({ isUnderWay: true } as const)),
})

/** For a refused cancellation: no page documents how the provider refuses to cancel a payment that is canceled already. */
async function isCanceledByDetails(client: NetgiroV2Client, providerRef: string): Promise<boolean> {
  const details = await readDetails(client, providerRef)
  return details.kind === 'ok' && isCanceled(details.reply, providerRef)
}

export async function refund(
  client: NetgiroV2Client,
  { providerRef, amount, key }: RefundRequest,
): Promise<RefundResult> {
  const fields = { TransactionId: providerRef, RefundAmount: amount, IdempotencyKey: key }
  const response = await client.post('refund', fields)
  const answer = parseAnswer('refund', response, providerRef)
  const { kind, evidence } = answer
  const status = response.kind === 'answered' ? response.status : null
  switch (kind) {
    case 'ok':
      // Another success, such as 202, says that it was accepted, and not that it was made.
      if (status !== 200)
        return { type: 'unknown', effect: true, evidence: { ...evidence, code: `http_${status}` } }
      return isDocumentedSuccess(answer.reply)
        ? { type: 'refunded', evidence }
        : { type: 'unknown', effect: true, evidence: { ...evidence, code: 'undocumented_success' } }
    case 'refused':
      // Refused, and yet the message says that it was made: neither is believed.
      return saysRefunded(answer.message)
        ? { type: 'unknown', effect: true, evidence: { ...evidence, code: 'contradictory' } }
        : { type: 'refund_refused', evidence }
    case 'unauthorized':
    case 'not_sent':
      return { type: 'not_sent', evidence }
    case 'unknown':
      return { type: 'unknown', effect: true, evidence }
  }
}

/**
 * Beside Success, another Message or Status may say that the money has yet to go back, or will not: the refund is requested
 * again with its key. [netgiro] status-codes: Confirmed, "Payment complete", which a payment with refunds stays.
 */
const isDocumentedSuccess = ({ Message, Status }: Envelope): boolean =>
  mayMeanRefunded(Message) && (Status === null || Status === 'Confirmed')
