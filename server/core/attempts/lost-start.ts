import type { Attempt, Checkout, Input } from '../checkout.ts'
import type { Provider } from '../provider.ts'

/** What is recorded of a payment request that the provider never named to us, once its time is over. */
export function inputForLostStart(provider: Provider, attempt: Attempt): Input {
  if (!provider.startNotifiesPayer) return { type: 'not_sent', evidence: startEvidence('lost') }
  const captureMethod =
    attempt.connection?.captureMethod ?? provider.captureMethodFor(attempt.payer.kind)
  // An approval of it could have taken money unseen where the capture is automatic; elsewhere it is harmless.
  return captureMethod === 'automatic'
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
  evidence: { call: 'start', code: 'shutting_down', referenceId: null },
}

const startEvidence = (code: string) => ({ call: 'start', code, referenceId: null })
