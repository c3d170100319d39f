import fc from 'fast-check'

export type Json = Readonly<Record<string, unknown>>

/** What becomes of one field of an answer; of a nested one by its path. */
export interface Change {
  readonly path: string
  readonly to: { readonly value: unknown } | 'absent' | 'swapped'
}

const otherTypes = [
  ...[null, true, false, 'true', 'false', '', ' ', 'x', '0', '1', '10200', '2000', 'Success'],
  ...[0, -0, 1, 2, 5, -1, 1.5, 200, 1e12, 2 ** 53, -(2 ** 53), 1e300, 'é', '\u0000', '\ud800'],
  ...['x'.repeat(201), '__proto__', [], [[]], [0], {}, { TransactionId: 'x' }, { length: 1 }],
]

/** Absent, null, of another type, extreme, swapped with another payment's; and, of some fields, another documented value. */
export const changeOf = (
  paths: readonly string[],
  documented: Readonly<Record<string, readonly unknown[]>> = {},
): fc.Arbitrary<Change> =>
  fc.constantFrom(...paths).chain((path) =>
    fc.record({
      path: fc.constant(path),
      to: fc.oneof(
        fc.constantFrom('absent' as const, 'swapped' as const),
        fc.constantFrom(...otherTypes).map((value) => ({ value })),
        fc.constantFrom(...(documented[path] ?? otherTypes)).map((value) => ({ value })),
        fc.jsonValue({ maxDepth: 2 }).map((value) => ({ value })),
      ),
    }),
  )

/** The answer with all of the changes made; `other` is the same answer about another payment. */
export const changed = (answer: Json, other: Json, changes: readonly Change[]): Json =>
  changes.reduce<Json>((so, { path, to }) => put(so, other, path.split('.'), to), answer)

function put(answer: Json, other: Json, [name = '', ...rest]: string[], to: Change['to']): Json {
  if (rest.length > 0) {
    const [inner, otherInner] = [answer[name], other[name]]
    return isObject(inner)
      ? { ...answer, [name]: put(inner, isObject(otherInner) ? otherInner : {}, rest, to) }
      : answer
  }
  if (to === 'absent') {
    return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== name))
  }
  return { ...answer, [name]: to === 'swapped' ? other[name] : to.value }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const lower = (text: string) => text.toLowerCase()

const mapNames = (value: Json, rename: (name: string) => string): Json =>
  Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), inner]))

/** How the same object may be written down. `twice` contradicts itself, and is no answer at all. */
export const writings = ['plain', 'camelCase', 'with a mark', 'spaced', 'twice'] as const
export type Writing = (typeof writings)[number]

export function write(answer: Json, as: Writing): string {
  switch (as) {
    case 'plain':
      return JSON.stringify(answer)
    case 'camelCase':
      return JSON.stringify(answer, (_, value: unknown) =>
        // Two names that become one are one here: a text that has both would contradict itself, as `twice` does.
        isObject(value) ? mapNames(value, (name) => name.replace(/^[A-Z]/, lower)) : value,
      )
    case 'with a mark':
      return `\ufeff${JSON.stringify(answer)}`
    case 'spaced':
      return JSON.stringify(answer, null, 2)
    case 'twice': {
      // What is undefined is not written.
      const [first] = Object.keys(answer).filter((name) => answer[name] !== undefined)
      if (first === undefined) return '{"Success":1,"Success":2}'
      return JSON.stringify(answer).replace(/^\{/, `{"${first}":1,`)
    }
  }
}
