import type { Evidence, RefundResult } from './result.ts'

/** Money that is given back, or requested to be. Optional properties are missing in rows of an earlier version. */
export interface Refund {
  readonly id: string
  /** The shop's `Idempotency-Key`: the same key is the same refund. */
  readonly key: string
  /** In the minor unit. */
  readonly amount: number
  readonly requestedAt: number
  /** `pending`: the provider has not said what became of it. */
  readonly status: 'pending' | 'refunded' | 'failed'
  readonly settledAt: number | null
  /** Whose payment is given back; absent: the one that paid the checkout. */
  readonly attemptId?: string
  readonly tries?: RefundTries
  readonly lastAnswer?: RefundAnswer
  /** When the provider first refused it though an earlier try may have given the money back. */
  readonly doubtedAt?: number
  /** An operator settled it, because the provider's answers did not. */
  readonly closed?: RefundClosing
}

/** Written before each call, so that the stored state alone shows which calls can have arrived. */
export interface RefundTries {
  readonly count: number
  /** Of these, the ones known to have given nothing back: not sent, or refused. */
  readonly withoutEffect: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly nextAt: number
}

/** The provider's newest answer that settled nothing. */
export interface RefundAnswer extends Evidence {
  readonly type: RefundResult['type']
  readonly at: number
}

export interface RefundClosing extends OperatorNote {
  readonly as: 'refunded' | 'failed'
  readonly at: number
}

/** Who decided by hand, and why. */
export interface OperatorNote {
  readonly by: string
  readonly note: string
}
