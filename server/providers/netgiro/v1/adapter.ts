import type { CaptureMethod, Item, ProviderResult } from '../../../core/checkout.ts'
import type { PayerKind } from '../../../protocol/index.ts'
import { accountOf } from '../../account.ts'
import { credentialsRefused } from '../../../core/provider.ts'
import type { ProviderCallback, CallbackIdentifiers, Provider } from '../../../core/provider.ts'
import { customerId, inThousandths, orderErrors } from '../order.ts'
import { NetgiroClient } from './client.ts'
import type { NetgiroCredentials, RawAnswer } from './client.ts'
import { parseReply, readReply } from './reply.ts'
import { paymentOf } from './proof.ts'
import { endpointOf, toResult, saysApproved, unknown } from './result-codes.ts'
import type { Operation } from './result-codes.ts'
import { isSignedBy, readByAny, secretsOf } from '../signature.ts'

/** [netgiro] insert-cart, ConfirmationType: 0 automatic, 1 server callback, 2 manual. */
const confirmationTypes: Record<CaptureMethod, number> = { automatic: 0, callback: 1, manual: 2 }

/** [netgiro] api-pos: a code in an SMS lives for 5 minutes. */
const codeLifetime = 5 * 60_000

/** [netgiro] offline-checkout: the pictures know a server callback for a phone alone. */
const confirmationFor = (confirmation: CaptureMethod, kind: PayerKind): CaptureMethod =>
  confirmation === 'callback' && kind !== 'phone' ? 'manual' : confirmation

/** Netgíró's V1 API ("InsertCart") behind the port. */
export function netgiro(
  credentials: NetgiroCredentials,
  confirmation: CaptureMethod,
  now: () => number,
  refund: Provider['refund'] = null,
): Provider {
  const client = new NetgiroClient(credentials, now)
  const secrets = secretsOf(credentials)

  async function ask(question: Operation, fields: object): Promise<ProviderResult> {
    const call = endpointOf(question)
    const sent = await client.send(call, fields)
    if (sent.kind === 'not_sent') {
      return { type: 'not_sent', evidence: { call, code: sent.code, referenceId: null } }
    }
    if (sent.kind === 'lost') return unknown(call, { call, code: sent.code, referenceId: null })
    const { answer } = sent
    const reply = readByAny(secrets, (secret) => readReply(secret, answer))
    return reply
      ? toResult(question, reply, answer.referenceId)
      : unknown(call, { call, code: whyUnreadable(answer), referenceId: answer.referenceId })
  }

  return {
    name: 'netgiro',
    api: 'v1',
    account: accountOf(credentials.appId),
    captureMethodFor: (kind) => confirmationFor(confirmation, kind),
    startNotifiesPayer: true,
    canCancel: true,
    // [netgiro] online-checkout: a phone alone; offline-checkout: GSM, SSN or AppCode.
    payers: { web: ['phone'], pos: ['phone', 'national_id', 'app_code'] },
    approvalTimeoutMs: { national_id: codeLifetime },
    validateOrder: orderErrors,
    start: async ({ payer, ...request }) => {
      const fact = await ask('InsertCart', {
        Amount: request.amount,
        Reference: request.reference,
        CustomerId: customerId(payer),
        ConfirmationType: confirmationTypes[confirmationFor(confirmation, payer.kind)],
        CallbackUrl: request.callbackUrl,
        CallbackCancelUrl: request.cancelCallbackUrl,
        ...(request.description !== null && { Description: request.description }),
        ...(request.locationId !== null && { LocationId: request.locationId }),
        ...(request.registerId !== null && { RegisterId: request.registerId }),
        ...(request.items.length > 0 && { CartItemRequests: request.items.map(cartItem) }),
      })
      // Whoever stands at the till has said yes by the code of the app, or is being sent an SMS.
      const isAnswered = payer.kind !== 'phone'
      return fact.type === 'requested' && isAnswered ? { ...fact, pollImmediately: true } : fact
    },
    check: ({ providerRef }) => ask('CheckCart', { TransactionId: providerRef }),
    capture: ({ providerRef }) => ask('ConfirmCart', { TransactionId: providerRef }),
    submitCode: ({ providerRef }, code) =>
      ask('SubmitCode', { TransactionId: providerRef, Identifier: code }),
    cancel: ({ providerRef }) => ask('CancelCart', { TransactionId: providerRef }),
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
  // [netgiro] callback: SHA-256 over secret ‖ nonce ‖ CallbackUrl ‖ raw body, the URL being the one InsertCart was given.
  if (!isSignedBy(secretKey, { nonce, url, body, signature })) return null
  const reply = parseReply(Buffer.from(body).toString('utf8'))
  const { reference = null, paymentRef = null } = reply ? paymentOf(reply) : {}
  // [netgiro] callback: the TransactionId in PaymentInfo is the "identifier of the payment"; the cart's may be another.
  const names = { providerRef: null, paymentRef, reference }
  return { ...names, saysApproved: reply !== null && saysApproved(reply), signed: true }
}

/** [netgiro] request-protocol: what is not signed as it should be "will be rejected"; how is not said, nor is it signed. */
const whyUnreadable = ({ status }: RawAnswer): string =>
  status === 401 || status === 403 ? credentialsRefused : 'unreadable_answer'

/** [netgiro] CartItemRequest in the .NET wrapper: amounts in whole krónur. */
const cartItem = ({ description, quantity, amount }: Item, index: number) => ({
  ProductNo: String(index + 1),
  Name: description,
  Quantity: inThousandths(quantity),
  Amount: amount,
  UnitPrice: Math.round(amount / quantity),
})
