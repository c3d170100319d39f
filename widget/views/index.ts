import type { Snapshot, Status } from '../../server/protocol/index.ts'
import { outcome } from './outcome.ts'
import { phoneForm } from './phone-form.ts'
import type { View } from './view.ts'
import { waiting } from './waiting.ts'

const viewOfOpen = ({ uncertain, cancelRequested, lastAttempt }: Snapshot): View => {
  // The last attempt is not known to be over: do not ask for another payment.
  if (uncertain || cancelRequested) return waiting
  // Another attempt would end in the same way.
  return lastAttempt?.reason === 'amount_too_low' ? outcome : phoneForm
}

/** One view per status; a new status does not compile until it has one. */
export const views = {
  open: (snapshot, ...rest) => viewOfOpen(snapshot)(snapshot, ...rest),
  starting: waiting,
  awaiting_shopper: waiting,
  awaiting_code: waiting,
  confirming: waiting,
  paid: outcome,
  canceled: outcome,
  expired: outcome,
  review: outcome,
} satisfies Record<Status, View>
