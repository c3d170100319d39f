import { optional, string } from 'valibot'

import { atLeast, faultQueue } from '../simulator-kit/faults.ts'
import type { FaultOf, FaultQueue, FaultSpecOf } from '../simulator-kit/faults.ts'

export const v1Calls = ['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const
export const v2Calls = ['payment', 'status', 'capture', 'cancel', 'refund', 'details'] as const
export const partnerCalls = ['partner.refund', 'partner.transaction'] as const

export type V1Call = (typeof v1Calls)[number]
export type V2Call = (typeof v2Calls)[number]
export type PartnerCall = (typeof partnerCalls)[number]
/** A call by its name in faults. */
export type ApiCall = V1Call | `v2.${V2Call}` | PartnerCall

const commonKinds = [
  'drop_before_effect',
  'drop_after_effect',
  'delay_before_effect',
  'delay',
  'http_500',
  'html',
  'bad_json',
  'redirect',
] as const

const v1 = [...commonKinds, 'bad_signature', 'missing_signature', 'code'] as const
/** V2 and the partner API sign nothing and have no codes. */
const unsigned = [...commonKinds, 'refuse'] as const

const paymentCorruptions = ['wrong_amount', 'wrong_reference'] as const
/** V1's responses have more fields to corrupt. */
const paymentCorruptionsV1 = [
  ...paymentCorruptions,
  'reference_in_capitals',
  'reference_with_space',
  'status_unconfirmed',
  'status_canceled',
  'no_payment_info',
] as const
/** The response is about another cart or an earlier state, or claims that the cart is paid or canceled. */
const wrongStates = ['stale', 'other_cart', 'says_paid', 'says_canceled'] as const

/** The kinds of fault of each call; `Callback` stands for the callbacks of V1 and V2. */
export const faultKinds = {
  InsertCart: [...v1, 'same_transaction_id', 'refused_by_name'],
  CheckCart: [...v1, ...paymentCorruptionsV1, ...wrongStates],
  ConfirmCart: [...v1, ...paymentCorruptionsV1, 'says_paid', 'other_amount'],
  CancelCart: [...v1, ...paymentCorruptions],
  'v2.payment': [...unsigned, 'same_transaction_id'],
  'v2.status': [...unsigned, ...wrongStates],
  'v2.capture': [...unsigned, 'other_amount'],
  'v2.cancel': unsigned,
  'v2.refund': unsigned,
  // V2's only response with an amount; none has the reference.
  'v2.details': [...unsigned, 'wrong_amount', ...wrongStates],
  'partner.refund': unsigned,
  'partner.transaction': [...unsigned, 'stale'],
  Callback: ['never', 'delay', 'duplicate', 'before_answer', 'forged', ...paymentCorruptionsV1],
} as const satisfies Record<ApiCall | 'Callback', readonly string[]>

const fields = {
  /** For `code`: the ResultCode to answer with. */
  code: optional(atLeast(0), 400),
  /** For `refuse`: the Message to answer with. */
  message: optional(string(), 'Simulated.'),
  /** For `redirect`: the Location. */
  location: optional(string(), '/'),
  /** For `other_cart`: the TransactionId of the cart that the response is about. */
  cart: optional(string()),
  /** For `other_amount`: how much is captured. */
  amount: optional(atLeast(0), 1),
  /** The TransactionId of the only cart affected; without it any cart is. */
  about: optional(string()),
}

export type Fault = FaultOf<typeof faultKinds, typeof fields>
export type FaultKind = Fault['kind']
export type FaultSpec = FaultSpecOf<typeof faultKinds, typeof fields>
export type Faults = FaultQueue<Fault>

export const createFaults = (): Faults => faultQueue(faultKinds, fields)

/** A wrong field about the payment, in a response or callback with a valid signature. */
export type Corruption = (typeof paymentCorruptionsV1)[number]

export const isCorruption = (kind: FaultKind): kind is Corruption =>
  paymentCorruptionsV1.some((corruption) => corruption === kind)

export function takeCorruption(
  faults: Faults,
  call: Fault['call'],
  cart: string,
): Corruption | undefined {
  const kind = faults.take(call, isCorruption, cart)?.kind
  return kind && isCorruption(kind) ? kind : undefined
}
