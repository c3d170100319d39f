import type { Attempt, Checkout, Input } from '../checkout.ts'
import { captureMethodOf } from '../provider.ts'
import type { Provider } from '../provider.ts'

/** What is recorded of a payment request that the provider never named to us, once its time is over. */
export function inputForLostStart(provider: Provider, attempt: Attempt): Input {
  if (!provider.startNotifiesPayer) return { type: 'not_sent', evidence: startEvidence('lost') }
  // An approval of it could have taken money unseen where the capture is automatic; elsewhere it is harmless.
  return captureMethodOf(provider, attempt) === 'automatic'
    ? { type: 'unresolved', why: 'outcome_unknown' }
    : { type: 'start_abandoned' }
}

/**
 * What is recorded of an attempt that an earlier process left open. A request that was on its way may have arrived, so it is
 * not sent again; an account that is not configured any more cannot be asked about it.
 */
export function inputAfterRestart({ status }: Checkout, isConfigured: boolean): Input | null {
  if (!isConfigured) return { type: 'unresolved', why: 'not_configured' }
  return status === 'starting'
    ? { type: 'unknown', effect: true, evidence: startEvidence('interrupted') }
    : null
}

/** What is recorded of a payment request that a process which is stopping did not send. */
export const inputForUnsentStart: Input = {
  type: 'not_sent',
  evidence: startEvidence('shutting_down'),
}

function startEvidence(code: string) {
  return { call: 'start', code, referenceId: null }
}
