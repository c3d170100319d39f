import type { Status } from '../../../server/protocol/index.ts'
import { asking } from './asking.ts'
import { codeForm } from './code-form.ts'
import { customerForm } from './customer-form.ts'
import { ended } from './ended.ts'
import type { TillView } from './view.ts'

/** A new status does not compile until it has a face. */
export const views = {
  // Open, but not known to be over: nobody may be asked to pay again.
  open: (snapshot, ...rest) =>
    (snapshot.uncertain || snapshot.cancelRequested ? asking : customerForm)(snapshot, ...rest),
  starting: asking,
  awaiting_shopper: asking,
  awaiting_code: codeForm,
  confirming: asking,
  paid: ended,
  canceled: ended,
  expired: ended,
  review: ended,
} satisfies Record<Status, TillView>
