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
import type { ParsedAnswer } from './answers.ts'
import { parseCallback } from './callback.ts'
import { NetgiroV2Client } from './client.ts'
import type { NetgiroV2Credentials } from './client.ts'
import type { Envelope } from './fields.ts'
import { isCanceled, needsDetails, mapStart, statusIn, mapStatus } from './results.ts'

/** Netgíró's V2 API behind the port. */
export function netgiroV2(
  credentials: NetgiroV2Credentials,
  confirmation: CaptureMethod,
): Provider {
  const client = new NetgiroV2Client(credentials)

  const statusOf = async (providerRef: string) =>
    parseAnswer('status', await client.get('status', providerRef))

  const detailsOf = async (providerRef: string) =>
    parseDetails(await client.get('details', providerRef))

  async function check(payment: PaymentHandle): Promise<ProviderResult> {
    const { providerRef } = payment
    const status = await statusOf(providerRef)
    const isToBeAsked = needsDetails(statusIn(status, providerRef), payment)
    return mapStatus(status, isToBeAsked ? await detailsOf(providerRef) : null, payment)
  }

  async function capture(payment: PaymentHandle): Promise<ProviderResult> {
    // [netgiro] capture: without an Amount it is of all that is held.
    const sent = await client.post('capture', { TransactionId: payment.providerRef })
    const captured = parseAnswer('capture', sent)
    const effectless = withoutEffect(captured)
    if (effectless) return effectless
    const unsure = { type: 'unknown', effect: true, evidence: captured.evidence } as const
    if (captured.kind === 'unknown') return unsure
    const fact = await check(payment)
    return fact.type === 'paid' || fact.type === 'ended' ? fact : unsure
  }

  /**
   * [netgiro] cancel: "works at any stage", a confirmed payment included. Money that was taken is not given back by it, so
   * that nothing is sent while `status` says so, or says nothing. Where it says Cancelled it may lag behind: the call is made
   * all the same, for its answer is what can mean nothing else.
   */
  async function cancel(payment: PaymentHandle): Promise<ProviderResult> {
    const { providerRef } = payment
    const before = await statusOf(providerRef)
    const [status] = statusIn(before, providerRef) ?? []
    if (status === 'paid')
      return { type: 'too_late_to_cancel', evidence: trace('status', 'Confirmed') }
    if (!status) return mapStatus(before, null, payment)

    const canceled = parseAnswer(
      'cancel',
      await client.post('cancel', { TransactionId: providerRef }),
    )
    const effectless = withoutEffect(canceled)
    if (effectless) return effectless
    const unsure = { type: 'unknown', effect: true, evidence: canceled.evidence } as const
    if (canceled.kind === 'unknown') return unsure
    const fact = await check(payment)
    if (fact.type === 'ended') {
      const isFinal = canceled.kind === 'told' || (await isCanceledByDetails(providerRef))
      return { ...fact, by: status === 'canceled' ? 'unknown' : 'cancel', isFinal }
    }
    // What was canceled and does not look so yet is not paid, whatever it looks like.
    if (canceled.kind === 'told') return unsure
    if (fact.type === 'authorized')
      return { type: 'too_late_to_cancel', evidence: canceled.evidence }
    return fact.type === 'paid' ? fact : unsure
  }

  /** What the provider will not cancel because it is canceled: no page says in which words it does so. */
  async function isCanceledByDetails(providerRef: string): Promise<boolean> {
    const details = await detailsOf(providerRef)
    return details.kind === 'told' && isCanceled(details.reply, providerRef)
  }

  async function refund({ providerRef, amount, key }: RefundRequest): Promise<RefundResult> {
    const fields = { TransactionId: providerRef, RefundAmount: amount, IdempotencyKey: key }
    const answer = parseAnswer('refund', await client.post('refund', fields))
    const { kind, evidence } = answer
    switch (kind) {
      case 'told':
        return { type: 'refunded', evidence }
      case 'refused':
        return { type: 'refund_refused', evidence }
      case 'no_key':
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
    start: async (request) => {
      const sent = await client.post('payment', paymentFields(request, confirmation))
      return mapStart(sent)
    },
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

/** Where the provider says yes at once, a shop that wants to be asked first would be passed by. */
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
    // [netgiro] hosted-checkout, flow: no manual capture and a CallbackUrl is a server callback, and would wait for our answer.
    ...(confirmation !== 'automatic' && { CallbackUrl: callbackUrl }),
    CallbackCancelUrl: cancelCallbackUrl,
  }
}

/** [netgiro] V2 has no call for a code: a payer at the till is known by a phone or by a code of the app. */
const noSuchCall = { call: 'submitCode', code: 'no_such_call', referenceId: null }

/** A call that had no effect, for it did not leave or was not let in: it may be made again. */
function withoutEffect({ kind, evidence }: ParsedAnswer<Envelope>): ProviderResult | null {
  return kind === 'not_sent' || kind === 'no_key' ? { type: 'not_sent', evidence } : null
}
