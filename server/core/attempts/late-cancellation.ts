import type { ProviderResult } from '../checkout.ts'
import type { Provider } from '../provider.ts'

/** The longest that a call which nobody waits for any more may still be on its way to the provider. */
const underWayMs = 60_000

/** Whether a cancellation may still arrive that undoes what the provider says of the payment now. */
export const mayBeUndone = (
  { cancelUndoesPayments }: Pick<Provider, 'cancelUndoesPayments'>,
  { unansweredCancelAt }: { readonly unansweredCancelAt: number },
  now: number,
): boolean => cancelUndoesPayments && now < unansweredCancelAt + underWayMs

/** Neither a payment nor an approval is believed while it may be undone: the goods would be gone, and then the money. */
export const asMayBeUndone = (result: ProviderResult): ProviderResult =>
  result.type === 'paid' || result.type === 'authorized' || result.type === 'too_late_to_cancel'
    ? { type: 'unknown', effect: false, evidence: result.evidence }
    : result
