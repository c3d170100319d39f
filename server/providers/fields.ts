/** A field that is present but cannot be read: its type is not the documented one, or its value makes no sense. */
export const unreadable = Symbol('unreadable')

/** The value of a field; null if it is absent or null. */
export type Read<T> = T | null | typeof unreadable

/** One field of a response. */
export interface Field<T> {
  /** The type as the provider's page has it. */
  readonly documented: string
  /** What is accepted beyond that. Anything else makes this field unreadable, and no other. */
  readonly also?: string
  /** Called only for a value that is present. */
  readonly read: (value: unknown) => T | typeof unreadable
}

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
    read[name] = value === null || value === undefined ? null : table[name]?.read(value)
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

export const flag: Field<boolean> = { documented: 'true, false', read: when(isBoolean) }
export const text: Field<string> = { documented: 'string', read: when(isText) }
export const whole: Field<number> = { documented: 'int', read: when(isWhole) }
/** [netgiro] a .NET decimal, so 1990 may be written 1990.0; JSON reads both as the same number. */
export const decimal: Field<number> = { documented: 'decimal', read: when(isFiniteNumber) }
export const id: Field<string> = {
  documented: 'string (GUID)',
  also: 'any text of 1 to 200 visible ASCII characters',
  read: when(isId),
}

/** The provider's preferred poll interval is capped, so that no value keeps us from polling a payment. */
const maxPollIntervalMs = 60_000
export const pollInterval: Field<number> = {
  documented: 'int?, milliseconds',
  also: 'the digits as text; more than a minute is a minute',
  read: (value) => {
    const ms = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
    return isWhole(ms) && ms >= 0 ? Math.min(ms, maxPollIntervalMs) : unreadable
  },
}
