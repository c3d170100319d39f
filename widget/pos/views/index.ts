import type { Status } from '../../../server/protocol/index.ts'
import { unrepeatable } from '../../unrepeatable.ts'
import { waitingForCustomer } from './waiting-for-customer.ts'
import { codeForm } from './code-form.ts'
import { customerForm } from './customer-form.ts'
import { result } from './result.ts'
import type { PosView } from './view.ts'

/** One view per status; a new status does not compile until it has one. */
export const views = {
  // Open, but the last attempt is not known to be over: do not ask for another payment.
  open: (snapshot, ...rest) =>
    (snapshot.uncertain || snapshot.cancelRequested
      ? waitingForCustomer
      : snapshot.lastAttempt?.reason === unrepeatable
        ? result
        : customerForm)(snapshot, ...rest),
  starting: waitingForCustomer,
  awaiting_shopper: waitingForCustomer,
  awaiting_code: codeForm,
  confirming: waitingForCustomer,
  paid: result,
  canceled: result,
  expired: result,
  review: result,
} satisfies Record<Status, PosView>
