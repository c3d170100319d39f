import * as v from 'valibot'
import type { Checkout } from '../core/checkout.ts'
import type { CaptureApproval } from '../core/store.ts'
import { merchantView } from '../core/views.ts'
import { toTime } from '../core/clock.ts'
import type { Clock } from '../core/clock.ts'
import { readJson } from '../json.ts'
import type { Log } from '../log.ts'
import { postSigned } from './post.ts'
import type { Posted } from './post.ts'

interface CaptureApprovalDeps {
  readonly url: string
  readonly secrets: readonly string[]
  /** What a silence means. */
  readonly approveOnTimeout: boolean
  readonly clock: Clock
  readonly log: Log
}

/** The shopper waits, and in callback mode so does the provider. */
const timeoutMs = 2_000

const answer = v.object({ approve: v.boolean() })

/** Null: silence, of which a server that broke down is one kind. Whatever else is not a yes is a no. */
function saidIn({ status, body }: Posted): boolean | null {
  // What says yes and no at once has said neither.
  const parsed = v.safeParse(answer, readJson(body))
  const approve = parsed.success ? parsed.output.approve : null
  if (status >= 500 && approve !== false) return null
  return status === 200 && approve === true
}

/** Asks the shop, between the shopper's approval and the money, whether it can still deliver. Signed like a webhook. */
export function captureApprovalHook({
  url,
  secrets,
  approveOnTimeout,
  clock,
  log,
}: CaptureApprovalDeps): CaptureApproval {
  async function ask(checkout: Checkout, attemptId: string): Promise<boolean | null> {
    const body = JSON.stringify({
      type: 'checkout.authorize',
      timestamp: toTime(clock.now()),
      data: { checkout: merchantView(checkout) },
    })
    // The same id for the same attempt: a shop that sets a piece aside does so once.
    const posted = await postSigned({
      url,
      secrets,
      id: `gate_${attemptId}`,
      body,
      timeoutMs: timeoutMs,
      clock,
    })
    return saidIn(posted)
  }

  return {
    async approves(checkout, attemptId) {
      const said = await ask(checkout, attemptId).catch(() => null)
      log.info({ checkout: checkout.id, said }, 'the shop was asked whether to take the money')
      return said ?? approveOnTimeout
    },
  }
}
