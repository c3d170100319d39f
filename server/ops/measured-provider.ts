import type { Clock } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import type { CredentialsHealth } from './credentials-health.ts'
import type { Metrics } from './metrics.ts'

type Call = 'start' | 'check' | 'confirm' | 'cancel' | 'refund'

interface Told {
  readonly type: string
  readonly evidence: { readonly code: string }
}

/**
 * The same provider, with every call counted and timed; the kind of fact that came of it is its outcome. Refused credentials
 * are told apart, for whoever calls them an outcome like others sells nothing and hears of it last.
 */
export function measuredProvider(
  provider: Provider,
  metrics: Metrics,
  clock: Clock,
  health: CredentialsHealth,
): Provider {
  async function measured<F extends Told>(call: Call, answer: Promise<F>): Promise<F> {
    const began = clock.now()
    let outcome = 'threw'
    try {
      const fact = await answer
      outcome = fact.type
      const scope = call === 'refund' ? 'refunds' : 'payments'
      if (health.note(provider, scope, fact)) metrics.credentialsRefused(provider.name)
      return fact
    } finally {
      metrics.called(call, outcome, clock.now() - began)
    }
  }

  const { name, api, account, startNotifiesPayer, canCancel, payers, approvalTimeoutMs, refund } =
    provider
  return {
    ...{ name, api, account, startNotifiesPayer, canCancel, payers, approvalTimeoutMs },
    captureMethodFor: (kind) => provider.captureMethodFor(kind),
    validateOrder: (order, options) => provider.validateOrder(order, options),
    start: (request) => measured('start', provider.start(request)),
    check: (payment) => measured('check', provider.check(payment)),
    // Both are the provider's call to confirm, which is what dashboards count.
    capture: (payment) => measured('confirm', provider.capture(payment)),
    submitCode: (payment, code) => measured('confirm', provider.submitCode(payment, code)),
    cancel: (payment) => measured('cancel', provider.cancel(payment)),
    refund: refund && ((request) => measured('refund', refund(request))),
    parseCallback: (callback) => provider.parseCallback(callback),
    close: () => provider.close(),
  }
}
