import * as v from 'valibot'
import type { Checkout } from '../core/checkout.ts'
import type { CaptureApproval } from '../core/store.ts'
import { merchantView } from '../core/views.ts'
import { toTime } from '../core/clock.ts'
import type { Clock } from '../core/clock.ts'
import { readJson } from '../json.ts'
import type { Log } from '../log.ts'
import { hasAnswered, postSigned } from './post.ts'
import type { WebhookResponse } from './post.ts'

interface CaptureApprovalDeps {
  readonly url: string
  readonly secrets: readonly string[]
  /** The decision if the shop does not respond. */
  readonly approveOnTimeout: boolean
  readonly clock: Clock
  readonly log: Log
}

/** The shopper is waiting, and in callback mode the provider as well. */
const timeoutMs = 2_000

const decision = v.object({ approve: v.boolean() })

/** Null if the shop gave no decision, for example because its server failed. Any other response but a valid approval denies. */
function parseDecision({ status, body }: WebhookResponse): boolean | null {
  // `readJson` refuses a body with both `true` and `false`.
  const parsed = v.safeParse(decision, readJson(body))
  const approve = parsed.success ? parsed.output.approve : null
  if (status >= 500 && approve !== false) return null
  return status === 200 && approve === true
}

/** Asks the shop, after the shopper's approval and before the capture, whether it can still deliver. Signed like a webhook. */
export function captureApprovalHook({
  url,
  secrets,
  approveOnTimeout,
  clock,
  log,
}: CaptureApprovalDeps): CaptureApproval {
  async function requestDecision(checkout: Checkout, attemptId: string): Promise<boolean | null> {
    const body = JSON.stringify({
      type: 'checkout.authorize',
      timestamp: toTime(clock.now()),
      // Nothing is paid yet.
      data: { checkout: merchantView(checkout, null) },
    })
    // One id for each attempt, so that a shop reserves its stock once.
    const response = await postSigned({
      url,
      secrets,
      id: `gate_${attemptId}`,
      body,
      timeoutMs,
      clock,
    })
    return parseDecision(response)
  }

  return {
    async approves(checkout, attemptId) {
      const approve = await requestDecision(checkout, attemptId).catch((error: unknown) =>
        hasAnswered(error) ? false : null,
      )
      log.info({ checkout: checkout.id, approve }, 'capture approval requested')
      return approve ?? approveOnTimeout
    },
  }
}
