import type { Status } from '../../server/protocol/index.ts'
import { closed, paid } from './outcome.ts'
import { phoneForm } from './phone-form.ts'
import type { View } from './view.ts'
import { waiting } from './waiting.ts'

/** One view per status; a new status does not compile until it has one. */
export const views = {
  // Open, but the last attempt is not known to be over: do not ask for another payment.
  open: (snapshot, ...rest) =>
    (snapshot.uncertain || snapshot.cancelRequested ? waiting : phoneForm)(snapshot, ...rest),
  starting: waiting,
  awaiting_shopper: waiting,
  awaiting_code: waiting,
  confirming: waiting,
  paid,
  canceled: closed,
  expired: closed,
  review: closed,
} satisfies Record<Status, View>
