import { untruths, type Fault, type FaultKind, type Untruth } from './faults.ts'
import { inHundredths } from './order.ts'
import type { Purchase } from './purchase.ts'
import { State } from './states.ts'
import type { PaymentStatus } from './status.ts'

export const isUntruth = (kind: FaultKind): kind is Untruth =>
  untruths.some((untruth) => untruth === kind)

type Lie = (status: PaymentStatus, purchase: Purchase, fault: Fault) => object

const lies: Readonly<Record<Untruth, Lie>> = {
  unknown_state: (_status, _purchase, { state }) => ({ State: state }),
  wrong_amount: ({ Price }) => ({ Price: (inHundredths(Price ?? 0) + 100) / 100 }),
  wrong_reference: ({ OrderReference }) => ({ OrderReference: `${OrderReference ?? ''}-X` }),
  wrong_currency: () => ({ CurrencyCode: 'XXX' }),
  wrong_id: () => ({ PurchaseId: '0'.repeat(32) }),
  stale: ({ Completed }, { stateBefore }) => ({
    State: stateBefore,
    Completed: stateBefore === State.Completed ? Completed : null,
    Cancelled: null,
  }),
}

/** The status with something wrong in it. */
export function falsified(status: PaymentStatus, purchase: Purchase, fault: Fault): object {
  if (!isUntruth(fault.kind)) return status
  return { ...status, ...lies[fault.kind](status, purchase, fault) }
}
