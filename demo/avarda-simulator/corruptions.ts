import { corruptions, type Corruption, type Fault, type FaultKind } from './faults.ts'
import { inHundredths } from './order.ts'
import type { Purchase } from './purchase.ts'
import { State } from './states.ts'
import type { PaymentStatus } from './status.ts'

export const isCorruption = (kind: FaultKind): kind is Corruption =>
  corruptions.some((corruption) => corruption === kind)

type Patch = (status: PaymentStatus, purchase: Purchase, fault: Fault) => object

const patches: Readonly<Record<Corruption, Patch>> = {
  unknown_state: (_status, _purchase, { state }) => ({ State: state }),
  wrong_amount: ({ Price }) => ({ Price: (inHundredths(Price ?? 0) + 100) / 100 }),
  wrong_reference: ({ OrderReference }) => ({ OrderReference: `${OrderReference ?? ''}-X` }),
  wrong_currency: () => ({ CurrencyCode: 'XXX' }),
  wrong_id: () => ({ PurchaseId: '0'.repeat(32) }),
  stale: ({ Completed }, { previousState }) => ({
    State: previousState,
    Completed: previousState === State.Completed ? Completed : null,
    Cancelled: null,
  }),
}

/** The status with the fault's wrong fields. */
export function corrupt(status: PaymentStatus, purchase: Purchase, fault: Fault): object {
  if (!isCorruption(fault.kind)) return status
  return { ...status, ...patches[fault.kind](status, purchase, fault) }
}
