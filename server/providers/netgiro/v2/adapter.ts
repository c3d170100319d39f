import type { CaptureMethod } from '../../../core/checkout.ts'
import type { Permit } from '../../../core/ownership.ts'
import type { PaymentRequest, Provider } from '../../../core/provider.ts'
import { accountOf } from '../../account.ts'
import { customerId, orderErrors } from '../order.ts'
import { readByAny, secretsOf } from '../signature.ts'
import { parseCallback } from './callback.ts'
import { cancel, capture, check, refund } from './calls.ts'
import { netgiroV2Client } from './client.ts'
import type { NetgiroV2Credentials } from './client.ts'
import { mapStart } from './results.ts'

/** The provider port over Netgíró's V2 API. */
export function netgiroV2(
  credentials: NetgiroV2Credentials,
  confirmation: CaptureMethod,
  permit: () => Permit,
): Provider {
  const client = netgiroV2Client(credentials, permit)

  return {
    name: 'netgiro',
    api: 'v2',
    account: accountOf(credentials.appId),
    apiUrl: credentials.apiUrl,
    captureMethodFor: () => confirmation,
    startNotifiesPayer: true,
    canCancel: true,
    // [netgiro] cancel: "works at any stage"
    cancelUndoesPayments: true,
    payers: { web: ['phone'], pos: payersAtTheTill(confirmation) },
    approvalTimeoutMs: {},
    validateOrder: orderErrors,
    start: async (request) =>
      mapStart(await client.post('payment', paymentFields(request, confirmation))),
    check: (payment) => check(client, payment),
    capture: (payment) => capture(client, payment),
    submitCode: () => Promise.resolve({ type: 'unknown', effect: false, evidence: noSuchCall }),
    cancel: (payment) => cancel(client, payment),
    parseCallback: (callback) =>
      readByAny(secretsOf(credentials), (secret) => parseCallback(secret, callback)),
    refund: (request) => refund(client, request),
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

/** [netgiro] V2 has no call for a code: at a point of sale a payer is identified by a phone number or an app code. */
const noSuchCall = { call: 'submitCode', code: 'no_such_call', referenceId: null }
