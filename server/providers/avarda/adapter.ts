import * as v from 'valibot'
import type { Evidence, ProviderResult } from '../../core/checkout.ts'
import type { Permit } from '../../core/ownership.ts'
import { readJson } from '../../json.ts'
import { accountOf } from '../account.ts'
import { credentialsRefused } from '../../core/provider.ts'
import type { Provider } from '../../core/provider.ts'
import type { HttpResponse } from '../http-client.ts'
import { avardaClient } from './client.ts'
import type { AvardaSite, Call } from './client.ts'
import { readError } from './errors.ts'
import { initializePayment, orderErrors } from './order.ts'
import { isContradictory, isPurchaseId, mapStart } from './start.ts'
import { mapStatus } from './status.ts'

/** Checkout 3's sessions last as long. Checkout 2 documents nothing; only its own state 5 ends a session. */
const sessionMs = 30 * 60_000

/** [avarda] server-side-callback: the body is {"purchaseId":"…"}; camelCase only here. */
const notification = v.object({ purchaseId: v.custom<string>(isPurchaseId) })

/** The provider port over Avarda's Checkout 2: Avarda's form asks the shopper, and GetPaymentStatus reports the outcome. */
export function avarda(site: AvardaSite, permit: () => Permit): Provider {
  const client = avardaClient(site, permit)

  async function request(
    call: Call,
    fields: object,
    toResult: (response: HttpResponse) => ProviderResult,
  ): Promise<ProviderResult> {
    const response = await client.send(call, fields)
    const isUnauthorized = response.kind === 'answered' && isAuthorizationRefused(response)
    if (response.kind === 'answered' && !isUnauthorized) return toResult(response)
    const code = response.kind === 'answered' ? credentialsRefused : response.code
    const evidence = { call, code, referenceId: null }
    const isStart = call === 'InitializePayment'
    const isContradicted = response.kind === 'answered' && isContradictory(response)
    return response.kind === 'not_sent' || (isStart && isUnauthorized && !isContradicted)
      ? { type: 'not_sent', evidence }
      : { type: 'unknown', effect: isStart, evidence }
  }

  return {
    name: 'avarda',
    api: 'checkout2',
    account: accountOf(site.siteCode),
    apiUrl: site.apiUrl,
    // [avarda] these calls lead no further than Completed; the shop sends PurchaseOrder on delivery itself.
    captureMethodFor: () => 'automatic',
    startNotifiesPayer: false,
    // [avarda] no call ends an open session; it times out.
    canCancel: false,
    cancelUndoesPayments: false,
    payers: { web: ['provider_form'], pos: [] },
    approvalTimeoutMs: { provider_form: sessionMs },
    validateOrder: (order, options) => orderErrors(order, options, site.currency),
    start: (order) =>
      request('InitializePayment', initializePayment(order), (response) =>
        mapStart(response, { script: site.scriptUrl, callbackUrl: order.callbackUrl }),
      ),
    check: ({ providerRef }) =>
      request('GetPaymentStatus', { PurchaseId: providerRef }, (response) =>
        mapStatus(response, providerRef, site.currency),
      ),
    capture: () =>
      Promise.resolve({ type: 'unknown', effect: false, evidence: noSuchCall('capture') }),
    submitCode: () =>
      Promise.resolve({ type: 'unknown', effect: false, evidence: noSuchCall('submitCode') }),
    cancel: () => Promise.resolve({ type: 'too_late_to_cancel', evidence: noSuchCall('cancel') }),
    refund: null,
    // Notifications are unsigned, so anyone can send one: it only makes us poll a purchase that we know.
    parseCallback({ body }) {
      const parsed = v.safeParse(notification, readJson(Buffer.from(body).toString('utf8')))
      return parsed.success ? { ...noFurtherDetails, providerRef: parsed.output.purchaseId } : null
    },
    close: () => client.close(),
  }
}

/**
 * [avarda] how-to-get-started: 401, and the request was not read. [rfc9110] 15.5.4: 403 refuses credentials as well, unless the API
 * gives a reason of its own.
 */
function isAuthorizationRefused({ status, body }: HttpResponse): boolean {
  const { isValidation = false, code = null } = readError(readJson(body)) ?? {}
  return status === 401 || (status === 403 && !isValidation && code === null)
}

/** A notification identifies the purchase and nothing else. */
const noFurtherDetails = {
  paymentRef: null,
  reference: null,
  saysApproved: false,
  signed: false,
} as const

const noSuchCall = (call: string): Evidence => ({ call, code: 'no_such_call', referenceId: null })
