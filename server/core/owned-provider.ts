import type { ProviderResult, RefundResult } from './checkout.ts'
import type { Ownership } from './ownership.ts'
import type { Provider } from './provider.ts'
import type { CaptureApproval } from './store.ts'

/**
 * Makes no call with an effect unless this process may still act: one that stood still longer than its lease may have a
 * successor. What it was about to send was not sent.
 */
export function ownedProvider(provider: Provider, ownership: Ownership): Provider {
  const guarded = <Result extends ProviderResult | RefundResult>(
    call: string,
    send: () => Promise<Result>,
  ) => (ownership.mayCall() ? send() : Promise.resolve(notSent(call)))
  const { name, api, account, apiUrl, refund } = provider
  const { startNotifiesPayer, canCancel, cancelUndoesPayments, payers, approvalTimeoutMs } =
    provider
  return {
    ...{ name, api, account, apiUrl, payers, approvalTimeoutMs },
    ...{ startNotifiesPayer, canCancel, cancelUndoesPayments },
    captureMethodFor: (kind) => provider.captureMethodFor(kind),
    validateOrder: (order, options) => provider.validateOrder(order, options),
    start: (request) => guarded('start', () => provider.start(request)),
    check: (payment) => provider.check(payment),
    capture: (payment) => guarded('capture', () => provider.capture(payment)),
    submitCode: (payment, code) => guarded('code', () => provider.submitCode(payment, code)),
    cancel: (payment) => guarded('cancel', () => provider.cancel(payment)),
    refund: refund && ((request) => guarded('refund', () => refund(request))),
    parseCallback: (callback) => provider.parseCallback(callback),
    close: () => provider.close(),
  }
}

/** The same for the question to the shop. It is asked again, under the same id, by the server that owns the checkout. */
export const ownedApproval = (
  approval: CaptureApproval,
  ownership: Ownership,
): CaptureApproval => ({
  async approves(checkout, attemptId) {
    if (!ownership.mayCall()) throw new Error('This server may not act any more')
    return approval.approves(checkout, attemptId)
  },
})

const notSent = (call: string) =>
  ({
    type: 'not_sent',
    evidence: { call, code: 'lease_expired', referenceId: null },
  }) as const
