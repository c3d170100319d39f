import type { Attempt, Checkout, EventType, Input, Refund } from '../../../server/core/checkout.ts'
import { transition } from '../../../server/core/transition.ts'
import type { Changed, IgnoredReason } from '../../../server/core/transition.ts'
import { later } from '../../support/checkouts.ts'

export interface After {
  readonly checkout: Checkout
  readonly events: readonly EventType[]
  /** The newest one. */
  readonly attempt: Attempt
}

/** What an input about the checkout's only attempt leads to. Fails where the input is ignored. */
export function after(before: Checkout, input: Input, now = later, attemptId = 'att_1'): After {
  const { checkout, events } = changeBy(before, input, now, attemptId)
  return { checkout, events, attempt: checkout.attempts.at(-1)! }
}

/** Why an input is ignored; null where it has an effect. */
export function ignoredBecause(
  before: Checkout,
  input: Input,
  now = later,
  attemptId = 'att_1',
): IgnoredReason | null {
  const result = transition(before, input, attemptId, now)
  return result.kind === 'ignored' ? result.reason : null
}

/** What an input about a refund leads to. Fails where the input is ignored. */
export function afterRefund(
  before: Checkout,
  input: Input,
  now = later,
): Changed & { readonly refund: Refund } {
  const change = changeBy(before, input, now, null)
  return { ...change, refund: change.checkout.refunds.at(-1)! }
}

function changeBy(before: Checkout, input: Input, now: number, attemptId: string | null): Changed {
  const result = transition(before, input, attemptId, now)
  if (result.kind === 'changed') return result
  throw new Error(`${input.type} was ignored: ${result.reason}`)
}
