import { integer, literal, minValue, number, object, optional } from 'valibot'
import { boolean, picklist, pipe, safeParse, string, variant, type InferOutput } from 'valibot'

export const calls = ['InsertCart', 'CheckCart', 'ConfirmCart', 'CancelCart'] as const
export type Call = (typeof calls)[number]

const anyCall = [
  'drop_before_effect',
  'drop_after_effect',
  'delay_before_effect',
  'delay',
  'http_500',
  'html',
  'bad_json',
  'bad_signature',
  'missing_signature',
  'code',
  'redirect',
] as const

const aboutPayment = ['wrong_amount', 'wrong_reference'] as const

/** What can go wrong, by the call that it happens to; `Callback` is what the simulator sends by itself. */
export const faultKinds = {
  InsertCart: anyCall,
  CheckCart: [...anyCall, ...aboutPayment, 'stale'],
  ConfirmCart: [...anyCall, ...aboutPayment],
  CancelCart: [...anyCall, ...aboutPayment],
  Callback: ['never', 'delay', 'duplicate', 'before_answer', 'forged'],
} as const

const count = pipe(number(), integer(), minValue(0))

const rest = {
  /** How many calls it happens to. */
  times: optional(pipe(number(), integer(), minValue(1)), 1),
  /** For the delays. */
  ms: optional(count, 1000),
  /** For `code`: the ResultCode to answer. */
  code: optional(count, 400),
  /** For `redirect`: where to. */
  location: optional(string(), '/'),
  /** For `http_500` and `html`: whether the call was carried out all the same. */
  effect: optional(boolean(), false),
}

const faultOf = <C extends keyof typeof faultKinds>(call: C) =>
  object({ call: literal(call), kind: picklist(faultKinds[call]), ...rest })

const faultSchema = variant('call', [
  faultOf('InsertCart'),
  faultOf('CheckCart'),
  faultOf('ConfirmCart'),
  faultOf('CancelCart'),
  faultOf('Callback'),
])

export type Fault = InferOutput<typeof faultSchema>
export type FaultKind = Fault['kind']
type FaultAt = Fault['call']

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
  take(call: FaultAt, suits: (kind: FaultKind) => boolean): Fault | undefined {
    if (this.#pending.length === 0) return undefined
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
