import type { Checkout, Input } from '../checkout.ts'
import type { Transition } from './change.ts'

export type InputOf<Type extends Input['type']> = Input & { readonly type: Type }

/** What one input does to a checkout. The subject is the attempt or refund that it is about; `now` is in Unix milliseconds. */
export type Handler<Subject, Type extends Input['type']> = (
  checkout: Checkout,
  subject: Subject,
  input: InputOf<Type>,
  now: number,
) => Transition

export type Table<Subject, Type extends Input['type']> = {
  readonly [Each in Type]: Handler<Subject, Each>
}

/** Takes the handler of an input from a table and calls it. */
export function dispatch<Subject, Type extends Input['type']>(
  table: Table<Subject, Type>,
  checkout: Checkout,
  subject: Subject,
  input: InputOf<Type>,
  now: number,
): Transition {
  const type: Type = input.type
  return table[type](checkout, subject, input, now)
}
