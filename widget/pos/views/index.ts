import type { Status } from '../../../server/protocol/index.ts'
import { waitingForCustomer } from './waiting-for-customer.ts'
import { codeForm } from './code-form.ts'
import { customerForm } from './customer-form.ts'
import { result } from './result.ts'
import type { PosView } from './view.ts'

/** A new status does not compile until it has a face. */
export const views = {
  // Open, but not known to be over: nobody may be asked to pay again.
  open: (snapshot, ...rest) =>
    (snapshot.uncertain || snapshot.cancelRequested ? waitingForCustomer : customerForm)(
      snapshot,
      ...rest,
    ),
  starting: waitingForCustomer,
  awaiting_shopper: waitingForCustomer,
  awaiting_code: codeForm,
  confirming: waitingForCustomer,
  paid: result,
  canceled: result,
  expired: result,
  review: result,
} satisfies Record<Status, PosView>
