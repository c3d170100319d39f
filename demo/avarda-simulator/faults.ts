import { array, boolean, integer, literal, maxValue, minLength, minValue } from 'valibot'
import { number, object, optional, picklist, pipe, safeParse, string, variant } from 'valibot'
import { type InferOutput } from 'valibot'

export const calls = [
  'InitializePayment',
  'GetPaymentStatus',
  'UpdateItems',
  'CancelPayment',
] as const
export type Call = (typeof calls)[number]

const anyCall = [
  'drop_before_effect',
  'drop_after_effect',
  'hang_before_effect',
  'hang_after_effect',
  'delay_before_effect',
  'delay',
  'bad_json',
  'unauthorized',
  'http_500',
  'html',
  'e1',
  'e2',
  'e3',
  'e4',
] as const

/** What an answer of GetPaymentStatus can say wrongly. */
export const untruths = [
  'unknown_state',
  'wrong_amount',
  'wrong_reference',
  'wrong_currency',
  'wrong_id',
  'stale',
] as const
export type Untruth = (typeof untruths)[number]

/** What can go wrong, by the call that it happens to; `Notification` is what the simulator sends by itself. */
export const faultKinds = {
  InitializePayment: anyCall,
  GetPaymentStatus: [...anyCall, ...untruths],
  UpdateItems: anyCall,
  CancelPayment: anyCall,
  Notification: ['never', 'delay', 'duplicate', 'forged', 'before_done'],
} as const

const count = (least: number) => pipe(number(), integer(), minValue(least))

const rest = {
  /** How many calls it happens to. */
  times: optional(count(1), 1),
  /** For the delays. */
  ms: optional(count(0), 1000),
  /** For `unknown_state`. */
  state: optional(number(), 42),
  /** For `e1` to `e4`: what it is answered under; their own when left out. */
  status: optional(pipe(count(200), maxValue(599))),
  /** For `e1` to `e4`: what they say. */
  messages: optional(pipe(array(string()), minLength(1)), ['Simulated.']),
  /** For `unauthorized`, `http_500`, `html` and `e1` to `e4`: whether the call was carried out all the same. */
  effect: optional(boolean(), false),
}

const faultOf = <C extends keyof typeof faultKinds>(call: C) =>
  object({ call: literal(call), kind: picklist(faultKinds[call]), ...rest })

const faultSchema = variant('call', [
  faultOf('InitializePayment'),
  faultOf('GetPaymentStatus'),
  faultOf('UpdateItems'),
  faultOf('CancelPayment'),
  faultOf('Notification'),
])

export type Fault = InferOutput<typeof faultSchema>
export type FaultKind = Fault['kind']

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
  take(call: Fault['call'], suits: (kind: FaultKind) => boolean): Fault | undefined {
    const fault = this.#pending.find((one) => one.call === call && suits(one.kind))
    if (!fault) return undefined
    fault.times -= 1
    if (fault.times === 0) this.#pending = this.#pending.filter((one) => one !== fault)
    return fault
  }

  list(): readonly Fault[] {
    return this.#pending.map((fault) => ({ ...fault }))
  }

  clear(): void {
    this.#pending = []
  }
}
