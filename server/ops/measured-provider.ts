import type { Clock } from '../clock.ts'
import type { Provider } from '../providers/provider.ts'
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

  const { name, api, account, startTouchesPayer, canCancel, payers, windowMs, refund } = provider
  return {
    ...{ name, api, account, startTouchesPayer, canCancel, payers, windowMs },
    approvalOf: (kind) => provider.approvalOf(kind),
    objections: (order, options) => provider.objections(order, options),
    start: (request) => measured('start', provider.start(request)),
    check: (payment) => measured('check', provider.check(payment)),
    confirm: (payment, code) => measured('confirm', provider.confirm(payment, code)),
    cancel: (payment) => measured('cancel', provider.cancel(payment)),
    refund: refund && ((wish) => measured('refund', refund(wish))),
    readDoorbell: (doorbell) => provider.readDoorbell(doorbell),
    close: () => provider.close(),
  }
}
