import type { Provider } from '../../core/provider.ts'
import type { Tracing } from './tracing.ts'

type Call = 'start' | 'check' | 'capture' | 'submit_code' | 'cancel' | 'refund'

/** Wraps a provider so that each call is a span. Of a result it says the type: codes and texts are the provider's own. */
export function tracedProvider(provider: Provider, tracing: Tracing): Provider {
  const { name, api, account, apiUrl, refund } = provider
  const { startNotifiesPayer, canCancel, cancelUndoesPayments, payers, approvalTimeoutMs } =
    provider
  const traced = <R extends { readonly type: string }>(call: Call, send: () => Promise<R>) =>
    tracing.span(
      `${name} ${call}`,
      'client',
      { 'provider.name': name, 'provider.api': api, 'provider.call': call },
      async (span) => {
        const result = await send()
        span.set({ 'provider.result': result.type })
        return result
      },
    )
  return {
    ...{ name, api, account, apiUrl, payers, approvalTimeoutMs },
    ...{ startNotifiesPayer, canCancel, cancelUndoesPayments },
    captureMethodFor: (kind) => provider.captureMethodFor(kind),
    validateOrder: (order, options) => provider.validateOrder(order, options),
    start: (request) => traced('start', () => provider.start(request)),
    check: (payment) => traced('check', () => provider.check(payment)),
    capture: (payment) => traced('capture', () => provider.capture(payment)),
    submitCode: (payment, code) => traced('submit_code', () => provider.submitCode(payment, code)),
    cancel: (payment) => traced('cancel', () => provider.cancel(payment)),
    refund: refund && ((request) => traced('refund', () => refund(request))),
    parseCallback: (callback) => provider.parseCallback(callback),
    close: () => provider.close(),
  }
}
