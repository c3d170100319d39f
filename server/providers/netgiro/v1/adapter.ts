import type { CaptureMethod, Item, ProviderResult } from '../../../core/checkout.ts'
import type { Permit } from '../../../core/ownership.ts'
import type { PayerKind } from '../../../protocol/index.ts'
import { accountOf } from '../../account.ts'
import { credentialsRefused, wrongSignature } from '../../../core/provider.ts'
import type {
  ProviderCallback,
  CallbackIdentifiers,
  PaymentHandle,
  PaymentRequest,
  Provider,
} from '../../../core/provider.ts'
import { customerId, inThousandths, orderErrors } from '../order.ts'
import { headerOf } from '../../http-client.ts'
import type { HttpResponse } from '../../http-client.ts'
import { netgiroClient } from './client.ts'
import type { NetgiroCredentials } from './client.ts'
import { isSigned, parseReply, readReply } from './reply.ts'
import { paymentOf } from './proof.ts'
import { endpointOf, toResult, saysApproved, unanswered } from './result-codes.ts'
import type { Operation } from './result-codes.ts'
import { isSignedBy, readByAny, secretsOf } from '../signature.ts'

/** [netgiro] insert-cart, ConfirmationType: 0 automatic, 1 server callback, 2 manual. */
const confirmationTypes: Record<CaptureMethod, number> = { automatic: 0, callback: 1, manual: 2 }

/** [netgiro] api-pos: a code in an SMS lives for 5 minutes. */
const codeLifetimeMs = 5 * 60_000

/** [netgiro] offline-checkout: the diagrams show a server callback for a phone only. */
const confirmationFor = (confirmation: CaptureMethod, kind: PayerKind): CaptureMethod =>
  confirmation === 'callback' && kind !== 'phone' ? 'manual' : confirmation

/** The provider port over Netgíró's V1 API ("InsertCart"). */
export function netgiro(
  credentials: NetgiroCredentials,
  confirmation: CaptureMethod,
  now: () => number,
  permit: () => Permit,
  refund: Provider['refund'] = null,
): Provider {
  const client = netgiroClient(credentials, now, permit)
  const secrets = secretsOf(credentials)

  async function request(
    operation: Operation,
    fields: object,
    reference: string | null,
  ): Promise<ProviderResult> {
    const call = endpointOf(operation)
    const response = await client.send(call, fields)
    if (response.kind !== 'answered') {
      const evidence = { call, code: response.code, referenceId: null }
      return response.kind === 'not_sent' ? { type: 'not_sent', evidence } : unanswered(evidence)
    }
    const referenceId = headerOf(response, 'netgiro_referenceid') || null
    const reply = readByAny(secrets, (secret) => readReply(secret, response))
    return reply
      ? toResult(operation, reply, referenceId, reference)
      : unanswered({ call, code: unreadableCode(secrets, response), referenceId })
  }

  const about = (
    operation: Operation,
    { providerRef, reference }: PaymentHandle,
    more: object = {},
  ) => request(operation, { TransactionId: providerRef, ...more }, reference)

  return {
    name: 'netgiro',
    api: 'v1',
    account: accountOf(credentials.appId),
    apiUrl: credentials.apiUrl,
    captureMethodFor: (kind) => confirmationFor(confirmation, kind),
    startNotifiesPayer: true,
    canCancel: true,
    // [netgiro] CancelCart, 10200: "customer was first, cannot cancel"
    cancelUndoesPayments: false,
    // [netgiro] online-checkout: a phone only; offline-checkout: GSM, SSN or AppCode.
    payers: { web: ['phone'], pos: ['phone', 'national_id', 'app_code'] },
    approvalTimeoutMs: { national_id: codeLifetimeMs },
    validateOrder: orderErrors,
    start: async (order) => {
      const captureMethod = confirmationFor(confirmation, order.payer.kind)
      const result = await request('InsertCart', cartOf(order, captureMethod), null)
      // At a point of sale the payer has already approved with the app code, or is being sent an SMS.
      const isDecided = order.payer.kind !== 'phone'
      return result.type === 'requested' && isDecided
        ? { ...result, pollImmediately: true }
        : result
    },
    check: (payment) => about('CheckCart', payment),
    capture: (payment) => about('ConfirmCart', payment),
    submitCode: (payment, code) => about('SubmitCode', payment, { Identifier: code }),
    cancel: (payment) => about('CancelCart', payment),
    parseCallback: (callback) => readByAny(secrets, (secret) => parseCallback(secret, callback)),
    refund,
    close: () => client.close(),
  }
}

function parseCallback(
  secretKey: string,
  { url, headers, body }: ProviderCallback,
): CallbackIdentifiers | null {
  const nonce = headers.get('netgiro_nonce') ?? ''
  const signature = headers.get('netgiro_signature') ?? ''
  // [netgiro] callback: SHA-256 over secret ‖ nonce ‖ CallbackUrl ‖ raw body; the URL is the one given to InsertCart.
  if (!isSignedBy(secretKey, { nonce, url, body, signature })) return null
  const reply = parseReply(Buffer.from(body).toString('utf8'))
  const { reference = null, paymentRef = null } = reply ? paymentOf(reply) : {}
  // [netgiro] callback: the TransactionId in PaymentInfo is the "identifier of the payment"; the cart's may be another.
  const ids = { providerRef: null, paymentRef, reference }
  return { ...ids, saysApproved: reply !== null && saysApproved(reply), signed: true }
}

/** [netgiro] request-protocol: a wrong signature "will be rejected"; the response to it is not documented, nor signed. */
function unreadableCode(secrets: readonly string[], response: HttpResponse): string {
  const { status } = response
  if (status === 401 || status === 403) return credentialsRefused
  if (secrets.some((secret) => isSigned(secret, response))) return 'unreadable_answer'
  // The error pages of what stands before the provider have no signature.
  const isFromProvider = status < 300 || headerOf(response, 'netgiro_signature') !== null
  return isFromProvider ? wrongSignature : 'unreadable_answer'
}

/** [netgiro] InsertCart: what is optional is left out. */
const cartOf = (order: PaymentRequest, captureMethod: CaptureMethod) => ({
  Amount: order.amount,
  Reference: order.reference,
  CustomerId: customerId(order.payer),
  ConfirmationType: confirmationTypes[captureMethod],
  CallbackUrl: order.callbackUrl,
  CallbackCancelUrl: order.cancelCallbackUrl,
  ...(order.description !== null && { Description: order.description }),
  ...(order.locationId !== null && { LocationId: order.locationId }),
  ...(order.registerId !== null && { RegisterId: order.registerId }),
  ...(order.items.length > 0 && { CartItemRequests: order.items.map(cartItem) }),
})

/** [netgiro] CartItemRequest in the .NET wrapper: amounts in whole krónur. */
const cartItem = ({ description, quantity, amount }: Item, index: number) => ({
  ProductNo: String(index + 1),
  Name: description,
  Quantity: inThousandths(quantity),
  Amount: amount,
  UnitPrice: Math.round(amount / quantity),
})
