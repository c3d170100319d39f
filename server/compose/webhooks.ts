import type { Config } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import type { CaptureApproval } from '../core/store.ts'
import type { Log } from '../log.ts'
import { measuredOutbox } from '../ops/measured-outbox.ts'
import type { Metrics } from '../ops/metrics.ts'
import { tracedApproval } from '../ops/tracing/traced-core.ts'
import type { Tracing } from '../ops/tracing/tracing.ts'
import { captureApprovalHook } from '../webhooks/capture-approval.ts'
import { WebhookSender } from '../webhooks/sender.ts'
import type { Storage } from './storage.ts'

/** The calls to the shop; null where they are not configured. */
export interface Webhooks {
  readonly sender: WebhookSender | null
  readonly captureApproval: CaptureApproval | null
}

/** @param machineClock - stamps what the shop compares with its own clock */
export function createWebhooks(
  { webhook, authorize }: Pick<Config, 'webhook' | 'authorize'>,
  { outbox }: Storage,
  metrics: Metrics,
  clocks: { readonly clock: Clock; readonly machineClock: Clock },
  log: Log,
  tracing: Tracing | null,
): Webhooks {
  if (!webhook) return { sender: null, captureApproval: null }
  const { url, secrets } = webhook
  const sender = new WebhookSender({
    outbox: measuredOutbox(outbox, metrics),
    ...clocks,
    url,
    secrets,
    random: Math.random,
    log,
    ...(tracing && { aroundDelivery: (event, work) => tracing.delivery(event, work) }),
  })
  if (!authorize) return { sender, captureApproval: null }
  const captureApproval = captureApprovalHook({
    url: authorize.url,
    secrets,
    approveOnTimeout: authorize.approveOnTimeout,
    clock: clocks.machineClock,
    log,
  })
  return {
    sender,
    captureApproval: tracing ? tracedApproval(captureApproval, tracing) : captureApproval,
  }
}
