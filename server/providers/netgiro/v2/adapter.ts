import type { CaptureMethod, ProviderResult, RefundResult } from '../../../core/checkout.ts'
import { accountOf } from '../../account.ts'
import type {
  PaymentHandle,
  PaymentRequest,
  Provider,
  RefundRequest,
} from '../../../core/provider.ts'
import { customerId, orderErrors } from '../order.ts'
import { readByAny, secretsOf } from '../signature.ts'
import { parseAnswer, parseDetails, trace } from './answers.ts'
import { parseCallback } from './callback.ts'
import { netgiroV2Client } from './client.ts'
import type { NetgiroV2Credentials } from './client.ts'
import {
  isCanceled,
  mapStart,
  mapStatus,
  needsDetails,
  statusOf,
  withoutEffect,
} from './results.ts'

/** The provider port over Netgíró's V2 API. */
export function netgiroV2(
  credentials: NetgiroV2Credentials,
  confirmation: CaptureMethod,
): Provider {
  const client = netgiroV2Client(credentials)

  const readStatus = async (providerRef: string) =>
    parseAnswer('status', await client.get('status', providerRef))

  const readDetails = async (providerRef: string) =>
    parseDetails(await client.get('details', providerRef))

  async function check(payment: PaymentHandle): Promise<ProviderResult> {
    const { providerRef } = payment
    const status = await readStatus(providerRef)
    const isNeeded = needsDetails(statusOf(status, providerRef), payment)
    return mapStatus(status, isNeeded ? await readDetails(providerRef) : null, payment)
  }

  async function capture(payment: PaymentHandle): Promise<ProviderResult> {
    // [netgiro] capture: without an Amount it captures all that is held.
    const fields = { TransactionId: payment.providerRef }
    const captured = parseAnswer('capture', await client.post('capture', fields))
    const notSent = withoutEffect(captured)
    if (notSent) return notSent
    const unknown = { type: 'unknown', effect: true, evidence: captured.evidence } as const
    if (captured.kind === 'unknown') return unknown
    const result = await check(payment)
    return result.type === 'paid' || result.type === 'ended' ? result : unknown
  }

  /**
   * [netgiro] cancel: "works at any stage", a confirmed payment included. It must not undo a payment, so it is sent only
   * after `status` has reported something other than Confirmed. It is sent even if the status is Cancelled, which may come
   * from a view that lags behind: only the response to this call is unambiguous.
   */
  async function cancel(payment: PaymentHandle): Promise<ProviderResult> {
    const { providerRef } = payment
    const before = await readStatus(providerRef)
    const [status] = statusOf(before, providerRef) ?? []
    if (status === 'paid')
      return { type: 'too_late_to_cancel', evidence: trace('status', 'Confirmed') }
    if (!status) return mapStatus(before, null, payment)

    const fields = { TransactionId: providerRef }
    const canceled = parseAnswer('cancel', await client.post('cancel', fields))
    const { evidence } = canceled
    const notSent = withoutEffect(canceled)
    if (notSent) return notSent
    const unknown = { type: 'unknown', effect: true, evidence } as const
    if (canceled.kind === 'unknown') return unknown
    const result = await check(payment)
    if (result.type === 'ended') {
      const isFinal = canceled.kind === 'ok' || (await isCanceledByDetails(providerRef))
      return { ...result, by: status === 'canceled' ? 'unknown' : 'cancel', isFinal }
    }
    // After a successful cancellation the payment is not paid, even if the status lags behind.
    if (canceled.kind === 'ok') return unknown
    if (result.type === 'authorized') return { type: 'too_late_to_cancel', evidence }
    return result.type === 'paid' ? result : unknown
  }

  /** For a refused cancellation: no page documents how the provider refuses to cancel a payment that is canceled already. */
  async function isCanceledByDetails(providerRef: string): Promise<boolean> {
    const details = await readDetails(providerRef)
    return details.kind === 'ok' && isCanceled(details.reply, providerRef)
  }

  async function refund({ providerRef, amount, key }: RefundRequest): Promise<RefundResult> {
    const fields = { TransactionId: providerRef, RefundAmount: amount, IdempotencyKey: key }
    const answer = parseAnswer('refund', await client.post('refund', fields))
    const { kind, evidence } = answer
    switch (kind) {
      case 'ok':
        return { type: 'refunded', evidence }
      case 'refused':
        return { type: 'refund_refused', evidence }
      case 'unauthorized':
      case 'not_sent':
        return { type: 'not_sent', evidence }
      case 'unknown':
        return { type: 'unknown', effect: true, evidence }
    }
  }

  return {
    name: 'netgiro',
    api: 'v2',
    account: accountOf(credentials.appId),
    captureMethodFor: () => confirmation,
    startNotifiesPayer: true,
    canCancel: true,
    payers: { web: ['phone'], pos: payersAtTheTill(confirmation) },
    approvalTimeoutMs: {},
    validateOrder: orderErrors,
    start: async (request) =>
      mapStart(await client.post('payment', paymentFields(request, confirmation))),
    check,
    capture,
    submitCode: () => Promise.resolve({ type: 'unknown', effect: false, evidence: noSuchCall }),
    cancel,
    parseCallback: (callback) =>
      readByAny(secretsOf(credentials), (secret) => parseCallback(secret, callback)),
    refund,
    close: () => client.close(),
  }
}

/** A payer whom the provider confirms at once would bypass a shop that wants to approve the capture first. */
const payersAtTheTill = (confirmation: CaptureMethod) =>
  // [netgiro] flows: a barcode or access code without ManualCapture is Confirmed at once, CallbackUrl or not.
  confirmation === 'callback' ? (['phone'] as const) : (['phone', 'app_code'] as const)

function paymentFields(request: PaymentRequest, confirmation: CaptureMethod) {
  const { amount, reference, payer, callbackUrl, cancelCallbackUrl } = request
  return {
    Amount: amount,
    Reference: reference,
    CustomerIdentifier: customerId(payer),
    ManualCapture: confirmation === 'manual',
    // [netgiro] hosted-checkout, flow: a CallbackUrl without manual capture makes a server callback, which waits for our answer.
    ...(confirmation !== 'automatic' && { CallbackUrl: callbackUrl }),
    CallbackCancelUrl: cancelCallbackUrl,
  }
}

/** [netgiro] V2 has no call for a code: at the till a payer is identified by a phone or by a code of the app. */
const noSuchCall = { call: 'submitCode', code: 'no_such_call', referenceId: null }
