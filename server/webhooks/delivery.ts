import type { Clock } from '../core/clock.ts'
import type { StoredEvent } from '../core/store.ts'
import { isAccepted, postSigned } from './post.ts'
import { readRetryAfter } from './schedule.ts'

/** [standard-webhooks] "a timeout of 15 to 30 seconds". */
const timeoutMs = 15_000

interface Endpoint {
  readonly url: string
  readonly secrets: readonly string[]
  readonly clock: Clock
}

/** The result of one attempt to deliver an event. */
export interface Delivery {
  readonly accepted: boolean
  /** [standard-webhooks] 410: "the endpoint should be disabled". */
  readonly isGone: boolean
  /** The receiver works; its response was about this event. */
  readonly responded: boolean
  readonly retryAfterMs: number | null
  /** For the log. */
  readonly result: string
}

/** Posts the event once. Never rejects. */
export async function deliver(
  { id, body }: StoredEvent,
  { url, secrets, clock }: Endpoint,
): Promise<Delivery> {
  try {
    const post = { url, secrets, id, body, timeoutMs, clock, read: 'status' } as const
    const { status, retryAfter } = await postSigned(post)
    return {
      accepted: isAccepted(status),
      isGone: status === 410,
      responded: status < 500 && status !== 429,
      retryAfterMs: readRetryAfter(retryAfter, clock.now()),
      result: `status ${status}`,
    }
  } catch (error) {
    const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string'
    const result = hasCode ? String(error.code) : 'no response in time'
    return { accepted: false, isGone: false, responded: false, retryAfterMs: null, result }
  }
}
