import { boolean, integer, literal, minValue, number, object, optional, picklist } from 'valibot'
import { pipe, safeParse, variant } from 'valibot'
import type { InferInput, InferOutput, ObjectEntries, ObjectSchema } from 'valibot'

/** The kinds of fault that each call can have. */
export type FaultKinds = Readonly<Record<string, readonly string[]>>

export const atLeast = (min: number) => pipe(number(), integer(), minValue(min))

const commonFields = {
  /** How many calls it happens to. */
  times: optional(atLeast(1), 1),
  /** For the delays. */
  ms: optional(atLeast(0), 1000),
  /** For the kinds that replace the reply: whether the call is carried out nevertheless. */
  effect: optional(boolean(), false),
}

type Named<K extends FaultKinds> = { call: keyof K & string; kind: K[keyof K][number] }
type CommonFields = ObjectSchema<typeof commonFields, undefined>
type Loose<T> = {
  readonly [N in keyof T]: T[N] extends string[] | undefined ? readonly string[] : T[N]
}

export type FaultOf<K extends FaultKinds, E extends ObjectEntries> = Named<K> &
  InferOutput<CommonFields> &
  InferOutput<ObjectSchema<E, undefined>>

/** A fault as a test asks for it; what it leaves out has a default. */
export type FaultSpecOf<K extends FaultKinds, E extends ObjectEntries> = Readonly<Named<K>> &
  InferInput<CommonFields> &
  Loose<InferInput<ObjectSchema<E, undefined>>>

interface AnyFault {
  readonly call: string
  readonly kind: string
  readonly about?: string | undefined
  times: number
}

/**
 * Creates a queue of faults.
 *
 * @param kinds - which kinds each call can have
 * @param fields - what a fault can contain beside `times`, `ms` and `effect`
 */
export function faultQueue<K extends FaultKinds, E extends ObjectEntries>(
  kinds: K,
  fields: E,
): FaultQueue<FaultOf<K, E>> {
  const ofCall = (call: string) =>
    object({
      ...{ call: literal(call), kind: picklist(kinds[call] ?? []) },
      ...commonFields,
      ...fields,
    })
  const schema = variant('call', Object.keys(kinds).map(ofCall))
  return new FaultQueue(kinds, (value) => {
    const result = safeParse(schema, value)
    return result.success ? (result.output as unknown as FaultOf<K, E>) : undefined
  })
}

/** Pending faults, first in, first out. */
export class FaultQueue<F extends AnyFault> {
  readonly kinds: FaultKinds
  readonly #read: (value: unknown) => F | undefined
  #pending: F[] = []

  constructor(kinds: FaultKinds, read: (value: unknown) => F | undefined) {
    this.kinds = kinds
    this.#read = read
  }

  /** @returns false when there is no such fault */
  add(spec: unknown): boolean {
    const fault = this.#read(spec)
    if (fault) this.#pending.push(fault)
    return fault !== undefined
  }

  /** Takes the first fault of this call that matches, and uses it up once. */
  take(call: F['call'], matches: (kind: F['kind']) => boolean, about?: string): F | undefined {
    if (this.#pending.length === 0) return undefined
    const fault = this.#pending.find(
      (one) =>
        one.call === call && matches(one.kind) && (one.about === undefined || one.about === about),
    )
    if (!fault) return undefined
    fault.times -= 1
    if (fault.times === 0) this.#pending = this.#pending.filter((one) => one !== fault)
    return fault
  }

  takeKind(call: F['call'], wanted: F['kind'], about?: string): F | undefined {
    return this.take(call, (kind) => kind === wanted, about)
  }

  list(): readonly F[] {
    return this.#pending.map((fault) => ({ ...fault }))
  }

  clear(): void {
    this.#pending = []
  }
}
