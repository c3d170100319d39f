import { isFinal, type Snapshot } from '../../server/protocol/index.ts'
import { unrepeatable } from '../unrepeatable.ts'
import { outcome } from './outcome.ts'
import { phoneForm } from './phone-form.ts'
import type { View } from './view.ts'
import { waiting } from './waiting.ts'

/** The view for a snapshot. */
export function viewOf({ status, uncertain, cancelRequested, lastAttempt }: Snapshot): View {
  if (isFinal(status)) return outcome
  // The last attempt may not be known to be over: do not ask for another payment.
  if (status !== 'open' || uncertain || cancelRequested) return waiting
  return lastAttempt?.reason === unrepeatable ? outcome : phoneForm
}
