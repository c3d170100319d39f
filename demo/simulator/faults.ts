import { integer, literal, minValue, number, object, optional } from 'valibot'
import { boolean, picklist, pipe, safeParse, string, variant, type InferOutput } from 'valibot'

export const v1Calls = ['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const
export const v2Calls = ['payment', 'status', 'capture', 'cancel', 'refund', 'details'] as const
export const partnerCalls = ['partner.refund', 'partner.transaction'] as const

export type V1Call = (typeof v1Calls)[number]
export type V2Call = (typeof v2Calls)[number]
export type PartnerCall = (typeof partnerCalls)[number]
/** A call as the faults name it. */
export type ApiCall = V1Call | `v2.${V2Call}` | PartnerCall

const anyCall = [
  'drop_before_effect',
  'drop_after_effect',
  'delay_before_effect',
  'delay',
  'http_500',
  'html',
  'bad_json',
  'redirect',
] as const

const v1 = [...anyCall, 'bad_signature', 'missing_signature', 'code'] as const
/** V2 and the partner API sign nothing and have no codes. */
const unsigned = [...anyCall, 'refuse'] as const

const aboutPayment = ['wrong_amount', 'wrong_reference'] as const
/** The same, where the answer of V1 has more to get wrong. */
const aboutPaymentV1 = [
  ...aboutPayment,
  'reference_in_capitals',
  'reference_with_space',
  'status_unconfirmed',
  'status_canceled',
  'no_payment_info',
] as const
/** The answer is another cart's, or says of any cart that it was paid, or canceled. */
const confused = ['stale', 'other_cart', 'says_paid', 'says_canceled'] as const

/** What can go wrong, by the call that it happens to; `Callback` is what the simulator sends by itself, V1 or V2. */
export const faultKinds = {
  InsertCart: [...v1, 'same_transaction_id', 'refused_by_name'],
  CheckCart: [...v1, ...aboutPaymentV1, ...confused],
  ConfirmCart: [...v1, ...aboutPaymentV1, 'says_paid', 'other_amount'],
  CancelCart: [...v1, ...aboutPayment],
  'v2.payment': [...unsigned, 'same_transaction_id'],
  'v2.status': [...unsigned, ...confused],
  'v2.capture': [...unsigned, 'other_amount'],
  'v2.cancel': unsigned,
  'v2.refund': unsigned,
  // Of the answers of V2 only this one has an amount, and none has the reference.
  'v2.details': [...unsigned, 'wrong_amount', ...confused],
  'partner.refund': unsigned,
  'partner.transaction': [...unsigned, 'stale'],
  Callback: ['never', 'delay', 'duplicate', 'before_answer', 'forged', ...aboutPaymentV1],
} as const satisfies Record<ApiCall | 'Callback', readonly string[]>

const count = pipe(number(), integer(), minValue(0))

const rest = {
  /** How many calls it happens to. */
  times: optional(pipe(number(), integer(), minValue(1)), 1),
  /** For the delays. */
  ms: optional(count, 1000),
  /** For `code`: the ResultCode to answer. */
  code: optional(count, 400),
  /** For `refuse`: the Message to answer. */
  message: optional(string(), 'Simulated.'),
  /** For `redirect`: where to. */
  location: optional(string(), '/'),
  /** For `code`, `http_500` and `html`: whether the call was carried out all the same. */
  effect: optional(boolean(), false),
  /** For `other_cart`: whose answer is given. */
  cart: optional(string()),
  /** For `other_amount`: how much is taken. */
  amount: optional(count, 1),
  /** The TransactionId of the only cart that it happens to; left out: any. */
  about: optional(string()),
}

const faultOf = <C extends keyof typeof faultKinds>(call: C) =>
  object({ call: literal(call), kind: picklist(faultKinds[call]), ...rest })

const faultSchema = variant(
  'call',
  (Object.keys(faultKinds) as (keyof typeof faultKinds)[]).map((call) => faultOf(call)),
)

export type Fault = InferOutput<typeof faultSchema>
export type FaultKind = Fault['kind']
type FaultAt = Fault['call']

/** What an answer or a callback says wrongly about the payment, rightly signed. */
export type Wrong = (typeof aboutPaymentV1)[number]

export const isWrong = (kind: FaultKind): kind is Wrong =>
  aboutPaymentV1.some((wrong) => wrong === kind)

/** A fault fit to be queued; undefined when there is no such thing. */
export function readFault(value: unknown): Fault | undefined {
  const result = safeParse(faultSchema, value)
  return result.success ? result.output : undefined
}

/** The faults that are waiting to happen, first in, first out. */
export class Faults {
  #pending: Fault[] = []

  add(fault: Fault): void {
    this.#pending.push({ ...fault })
  }

  /** The first one for this call that suits the occasion; it is used up once. */
  take(call: FaultAt, suits: (kind: FaultKind) => boolean, cart?: string): Fault | undefined {
    if (this.#pending.length === 0) return undefined
    const fault = this.#pending.find(
      (one) =>
        one.call === call && suits(one.kind) && (one.about === undefined || one.about === cart),
    )
    if (!fault) return undefined
    fault.times -= 1
    if (fault.times === 0) this.#pending = this.#pending.filter((one) => one !== fault)
    return fault
  }

  takeWrong(call: FaultAt, cart?: string): Wrong | undefined {
    const kind = this.take(call, isWrong, cart)?.kind
    return kind && isWrong(kind) ? kind : undefined
  }

  list(): readonly Fault[] {
    return this.#pending.map((fault) => ({ ...fault }))
  }

  clear(): void {
    this.#pending = []
  }
}
