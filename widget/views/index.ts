import type { Status } from '../../server/protocol/index.ts'
import { closed, paid } from './outcome.ts'
import { phoneForm } from './phone-form.ts'
import type { View } from './view.ts'
import { waiting } from './waiting.ts'

/** A new status does not compile until it has a face. */
export const views = {
  // Open, but not known to be over: nobody may be asked to pay again.
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
