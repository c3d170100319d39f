import type { Checkout, EventType, Input } from '../../server/core/checkout.ts'
import { transition } from '../../server/core/transition.ts'

/** The checkout after an input and the events of the change; the same object and no events if the input is ignored. */
export function apply(
  checkout: Checkout,
  input: Input,
  attemptId: string | null,
  now: number,
): { readonly checkout: Checkout; readonly events: readonly EventType[] } {
  const result = transition(checkout, input, attemptId, now)
  return result.kind === 'changed' ? result : { checkout, events: [] }
}
