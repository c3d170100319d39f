import type { Clock } from '../clock.ts'
import type { Provider } from '../providers/provider.ts'
import type { Metrics } from './metrics.ts'

type Call = 'start' | 'check' | 'confirm' | 'cancel' | 'refund'

/** The same provider, with every call counted and timed; the kind of fact that came of it is its outcome. */
export function measuredProvider(provider: Provider, metrics: Metrics, clock: Clock): Provider {
  async function measured<F extends { readonly type: string }>(
    call: Call,
    answer: Promise<F>,
  ): Promise<F> {
    const began = clock.now()
    let outcome = 'threw'
    try {
      const fact = await answer
      outcome = fact.type
      return fact
    } finally {
      metrics.called(call, outcome, clock.now() - began)
    }
  }

  const { name, approval, startTouchesPayer, canCancel, payers, windowMs, refund } = provider
  return {
    ...{ name, approval, startTouchesPayer, canCancel, payers, windowMs },
    objections: (order, options) => provider.objections(order, options),
    start: (request) => measured('start', provider.start(request)),
    check: (providerRef) => measured('check', provider.check(providerRef)),
    confirm: (providerRef, code) => measured('confirm', provider.confirm(providerRef, code)),
    cancel: (providerRef) => measured('cancel', provider.cancel(providerRef)),
    refund: refund && ((wish) => measured('refund', refund(wish))),
    readDoorbell: (doorbell) => provider.readDoorbell(doorbell),
    close: () => provider.close(),
  }
}
