import * as v from 'valibot'
import type { Evidence, ProviderResult } from '../../core/checkout.ts'
import { readJson } from '../../json.ts'
import { accountOf } from '../account.ts'
import { credentialsRefused } from '../../core/provider.ts'
import type { Provider } from '../../core/provider.ts'
import { AvardaClient } from './client.ts'
import type { HttpResponse } from '../json-client.ts'
import type { AvardaSite, Call } from './client.ts'
import { initializePayment, orderErrors } from './order.ts'
import { isPurchaseId, mapStart } from './start.ts'
import { mapStatus } from './status.ts'

/** Checkout 3's sessions last as long; of Checkout 2's nothing is said, and its own word (state 5) is what ends one. */
const sessionMs = 30 * 60_000

/** [avarda] server-side-callback: the body is {"purchaseId":"…"}; camelCase here, and here alone. */
const notification = v.object({ purchaseId: v.custom<string>(isPurchaseId) })

/** Avarda's Checkout 2 behind the port: its own form asks the shopper, and GetPaymentStatus tells what became of it. */
export function avarda(site: AvardaSite): Provider {
  const client = new AvardaClient(site)

  async function ask(
    call: Call,
    fields: object,
    judge: (answer: HttpResponse) => ProviderResult,
  ): Promise<ProviderResult> {
    const sent = await client.send(call, fields)
    // [avarda] how-to-get-started: 401, and nothing of the call was looked at.
    const isLetIn = sent.kind === 'answered' && sent.status !== 401
    if (isLetIn) return judge(sent)
    const code = sent.kind === 'answered' ? credentialsRefused : sent.code
    const evidence = { call, code, referenceId: null }
    const isStart = call === 'InitializePayment'
    return sent.kind === 'not_sent' || (isStart && sent.kind === 'answered')
      ? { type: 'not_sent', evidence }
      : { type: 'unknown', effect: isStart, evidence }
  }

  return {
    name: 'avarda',
    api: 'checkout2',
    account: accountOf(site.siteCode),
    // [avarda] Completed is all that these calls can lead to; PurchaseOrder on delivery is the shop's own.
    captureMethodFor: () => 'automatic',
    startNotifiesPayer: false,
    // [avarda] there is no call that ends an open session: left alone, it times out.
    canCancel: false,
    payers: { web: ['provider_form'], pos: [] },
    approvalTimeoutMs: { provider_form: sessionMs },
    validateOrder: (order, options) => orderErrors(order, options, site.currency),
    start: (request) => {
      const { callbackUrl } = request
      return ask('InitializePayment', initializePayment(request), (answer) =>
        mapStart(answer, { script: site.scriptUrl, callbackUrl }),
      )
    },
    check: ({ providerRef }) =>
      ask('GetPaymentStatus', { PurchaseId: providerRef }, (answer) =>
        mapStatus(answer, providerRef, site.currency),
      ),
    capture: () =>
      Promise.resolve({ type: 'unknown', effect: false, evidence: noSuchCall('capture') }),
    submitCode: () =>
      Promise.resolve({ type: 'unknown', effect: false, evidence: noSuchCall('submitCode') }),
    cancel: () => Promise.resolve({ type: 'too_late_to_cancel', evidence: noSuchCall('cancel') }),
    refund: null,
    // Anybody can send one, so it is never signed: it may make us ask about a purchase that we know, and no more.
    parseCallback({ body }) {
      const said = v.safeParse(notification, readJson(Buffer.from(body).toString('utf8')))
      return said.success ? { ...nothingElse, providerRef: said.output.purchaseId } : null
    },
    close: () => client.close(),
  }
}

/** A notification names the purchase and says no more. */
const nothingElse = {
  paymentRef: null,
  reference: null,
  saysApproved: false,
  signed: false,
} as const

const noSuchCall = (call: string): Evidence => ({ call, code: 'no_such_call', referenceId: null })
