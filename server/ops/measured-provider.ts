import type { Clock } from '../core/clock.ts'
import { wrongSignature } from '../core/provider.ts'
import type { Provider } from '../core/provider.ts'
import type { SecurityLog } from '../security-log.ts'
import type { CredentialsHealth } from './credentials-health.ts'
import type { DescriptorWatch } from './descriptor-watch.ts'
import type { Metrics } from './metrics.ts'

type Call = 'start' | 'check' | 'confirm' | 'cancel' | 'refund'

interface CallResult {
  readonly type: string
  readonly evidence: { readonly code: string }
}

interface Monitors {
  readonly metrics: Metrics
  readonly credentials: CredentialsHealth
  readonly descriptors: DescriptorWatch
  readonly securityLog: SecurityLog
}

/**
 * Wraps a provider to count and time its calls; the type of the result is the outcome. Refused credentials are also reported
 * to `credentials`, because a shop sells nothing until they are fixed, wrong signatures to `securityLog`, and what was not sent to
 * `descriptors`.
 */
export function measuredProvider(
  provider: Provider,
  clock: Clock,
  { metrics, credentials, descriptors, securityLog }: Monitors,
): Provider {
  async function measured<R extends CallResult>(call: Call, response: Promise<R>): Promise<R> {
    const startedAt = clock.now()
    let outcome = 'threw'
    try {
      const result = await response
      outcome = result.type
      const scope = call === 'refund' ? 'refunds' : 'payments'
      if (credentials.note(provider, scope, result)) metrics.credentialsRefused(provider.name)
      if (outcome === 'not_sent') descriptors.noteUnsent(result.evidence.code)
      if (result.evidence.code === wrongSignature) securityLog.record('answer_refused')
      return result
    } finally {
      metrics.called(provider.name, call, outcome, clock.now() - startedAt)
    }
  }

  const { name, api, account, apiUrl, refund } = provider
  const { startNotifiesPayer, canCancel, cancelUndoesPayments, payers, approvalTimeoutMs } =
    provider
  return {
    ...{ name, api, account, apiUrl, payers, approvalTimeoutMs },
    ...{ startNotifiesPayer, canCancel, cancelUndoesPayments },
    captureMethodFor: (kind) => provider.captureMethodFor(kind),
    validateOrder: (order, options) => provider.validateOrder(order, options),
    start: (request) => measured('start', provider.start(request)),
    check: (payment) => measured('check', provider.check(payment)),
    // Both count as `confirm`, the label that dashboards use.
    capture: (payment) => measured('confirm', provider.capture(payment)),
    submitCode: (payment, code) => measured('confirm', provider.submitCode(payment, code)),
    cancel: (payment) => measured('cancel', provider.cancel(payment)),
    refund: refund && ((request) => measured('refund', refund(request))),
    parseCallback: (callback) => provider.parseCallback(callback),
    close: () => provider.close(),
  }
}
