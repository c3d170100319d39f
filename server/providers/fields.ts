/** A field that is present but cannot be read: its type is not the documented one, or its value makes no sense. */
export const unreadable = Symbol('unreadable')

/** The value of a field; null if it is absent or null. */
export type Read<T> = T | null | typeof unreadable

/** Reads one field of a response, if it is present. A value that is unreadable makes no other field unreadable. */
export type Field<T> = (value: unknown) => T | typeof unreadable

type Table = Readonly<Record<string, Field<unknown>>>
export type FieldsOf<T extends Table> = {
  readonly [Name in keyof T]: T[Name] extends Field<infer Value> ? Read<Value> : never
}

/** Reads every field of the table independently; fields outside the table are ignored. */
export function readFields<T extends Table>(
  table: T,
  from: Readonly<Record<string, unknown>>,
): FieldsOf<T> {
  const read: Record<string, unknown> = {}
  for (const name in table) {
    const value = Object.hasOwn(from, name) ? from[name] : null
    read[name] = value === null ? null : table[name]?.(value)
  }
  return read as FieldsOf<T>
}

/** The value that was read, or null if there was none or it was unreadable. */
export const readOr = <T>(read: Read<T>): T | null => (read === unreadable ? null : read)

const when =
  <T>(isValid: (value: unknown) => value is T) =>
  (value: unknown) =>
    isValid(value) ? value : unreadable
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isText = (value: unknown): value is string => typeof value === 'string'
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value)
/** The id of a payment: it is stored, and sent in paths and bodies. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value) && !isNil(value)
/** The text that .NET writes for a GUID that was never set. */
const isNil = (value: string): boolean => /^[{(]?[0-]{32,36}[)}]?$/.test(value)

/** [netgiro] "true, false" */
export const flag: Field<boolean> = when(isBoolean)
/** [netgiro] "string" */
export const text: Field<string> = when(isText)
/** [netgiro] "int" */
export const whole: Field<number> = when(isWhole)
/** [netgiro] "decimal", .NET's: 1990 may be written 1990.0, which JSON reads as the same number. */
export const decimal: Field<number> = when(isFiniteNumber)
/** [netgiro] "string (GUID)"; any text of 1 to 200 visible ASCII characters is read. */
export const id: Field<string> = when(isId)

/** The provider's preferred poll interval is capped, so that no value keeps us from polling a payment. */
const maxPollIntervalMs = 60_000
/** [netgiro] "int?, milliseconds"; its digits may be text as well. */
export const pollInterval: Field<number> = (value) => {
  const ms = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return isWhole(ms) && ms >= 0 ? Math.min(ms, maxPollIntervalMs) : unreadable
}
