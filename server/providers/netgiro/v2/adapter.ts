import type { Approval, ProviderFact, RefundFact } from '../../../checkout/checkout.ts'
import { accountOf } from '../../account.ts'
import type { PaymentHandle, PaymentRequest, Provider, RefundRequest } from '../../provider.ts'
import type { Confirmation } from '../adapter.ts'
import { customerId, objectionsOf } from '../order.ts'
import { readByAny, secretsOf } from '../signature.ts'
import { answerTo, detailsIn, evidenceOf } from './answers.ts'
import type { Answer } from './answers.ts'
import { readBell } from './bell.ts'
import { NetgiroV2Client } from './client.ts'
import type { NetgiroV2Credentials } from './client.ts'
import type { Envelope } from './fields.ts'
import { isCanceled, needsDetails, started, statusIn, stood } from './meaning.ts'

const approvals: Record<Confirmation, Approval> = {
  automatic: 'takes_money',
  callback: 'awaits_callback_answer',
  manual: 'awaits_confirm',
}

/** Netgíró's V2 API behind the port. */
export function netgiroV2(credentials: NetgiroV2Credentials, confirmation: Confirmation): Provider {
  const client = new NetgiroV2Client(credentials)

  const statusOf = async (providerRef: string) =>
    answerTo('status', await client.get('status', providerRef))

  const detailsOf = async (providerRef: string) =>
    detailsIn(await client.get('details', providerRef))

  async function check(payment: PaymentHandle): Promise<ProviderFact> {
    const { providerRef } = payment
    const status = await statusOf(providerRef)
    const isToBeAsked = needsDetails(statusIn(status, providerRef), payment)
    return stood(status, isToBeAsked ? await detailsOf(providerRef) : null, payment)
  }

  async function confirm(payment: PaymentHandle): Promise<ProviderFact> {
    // [netgiro] capture: without an Amount it is of all that is held.
    const sent = await client.post('capture', { TransactionId: payment.providerRef })
    const captured = answerTo('capture', sent)
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
  async function cancel(payment: PaymentHandle): Promise<ProviderFact> {
    const { providerRef } = payment
    const before = await statusOf(providerRef)
    const [status] = statusIn(before, providerRef) ?? []
    if (status === 'paid')
      return { type: 'too_late_to_cancel', evidence: evidenceOf('status', 'Confirmed') }
    if (!status) return stood(before, null, payment)

    const canceled = answerTo('cancel', await client.post('cancel', { TransactionId: providerRef }))
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
    if (fact.type === 'approved') return { type: 'too_late_to_cancel', evidence: canceled.evidence }
    return fact.type === 'paid' ? fact : unsure
  }

  /** What the provider will not cancel because it is canceled: no page says in which words it does so. */
  async function isCanceledByDetails(providerRef: string): Promise<boolean> {
    const details = await detailsOf(providerRef)
    return details.kind === 'told' && isCanceled(details.reply, providerRef)
  }

  async function refund({ providerRef, amount, key }: RefundRequest): Promise<RefundFact> {
    const fields = { TransactionId: providerRef, RefundAmount: amount, IdempotencyKey: key }
    const answer = answerTo('refund', await client.post('refund', fields))
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
    approvalOf: () => approvals[confirmation],
    startTouchesPayer: true,
    canCancel: true,
    payers: { web: ['phone'], pos: payersAtTheTill(confirmation) },
    windowMs: {},
    objections: objectionsOf,
    start: async (request) => {
      const sent = await client.post('payment', paymentFields(request, confirmation))
      return started(sent)
    },
    check,
    confirm,
    cancel,
    readDoorbell: (doorbell) =>
      readByAny(secretsOf(credentials), (secret) => readBell(secret, doorbell)),
    refund,
    close: () => client.close(),
  }
}

/** Where the provider says yes at once, a shop that wants to be asked first would be passed by. */
const payersAtTheTill = (confirmation: Confirmation) =>
  // [netgiro] flows: a barcode or access code without ManualCapture is Confirmed at once, CallbackUrl or not.
  confirmation === 'callback' ? (['phone'] as const) : (['phone', 'app_code'] as const)

function paymentFields(request: PaymentRequest, confirmation: Confirmation) {
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

/** A call that had no effect, for it did not leave or was not let in: it may be made again. */
function withoutEffect({ kind, evidence }: Answer<Envelope>): ProviderFact | null {
  return kind === 'not_sent' || kind === 'no_key' ? { type: 'not_sent', evidence } : null
}
