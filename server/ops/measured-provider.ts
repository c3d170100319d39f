import type { ProviderFact } from '../checkout/checkout.ts'
import type { Clock } from '../clock.ts'
import type { Provider } from '../providers/provider.ts'
import type { Metrics } from './metrics.ts'

type Call = 'start' | 'check' | 'confirm' | 'cancel'

/** The same provider, with every call counted and timed; the kind of fact that came of it is its outcome. */
export function measuredProvider(provider: Provider, metrics: Metrics, clock: Clock): Provider {
  async function measured(call: Call, answer: Promise<ProviderFact>): Promise<ProviderFact> {
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

  return {
    name: provider.name,
    approval: provider.approval,
    start: (request) => measured('start', provider.start(request)),
    check: (providerRef) => measured('check', provider.check(providerRef)),
    confirm: (providerRef) => measured('confirm', provider.confirm(providerRef)),
    cancel: (providerRef) => measured('cancel', provider.cancel(providerRef)),
    readDoorbell: (doorbell) => provider.readDoorbell(doorbell),
    close: () => provider.close(),
  }
}
