/** A field that is there and cannot be read: its type is not the documented one, or its value makes no sense. */
export const unreadable = Symbol('unreadable')

/** What a field says: null where it is absent or null. */
export type Read<T> = T | null | typeof unreadable

/** One field of an answer. */
export interface Field<T> {
  /** As the provider's page has it. */
  readonly documented: string
  /** What is read besides; everything else is unreadable, and costs this field alone. */
  readonly also?: string
  /** Of a value that is there. */
  readonly read: (value: unknown) => T | typeof unreadable
}

type Table = Readonly<Record<string, Field<unknown>>>
export type FieldsOf<T extends Table> = {
  readonly [Name in keyof T]: T[Name] extends Field<infer Value> ? Read<Value> : never
}

/** Every field of the table by itself. What the table does not name is not read. */
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

/** What was read, or null where nothing could be. */
export const readOr = <T>(read: Read<T>): T | null => (read === unreadable ? null : read)

const when = <T>(isGood: (value: unknown) => value is T) => {
  return (value: unknown) => (isGood(value) ? value : unreadable)
}
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isText = (value: unknown): value is string => typeof value === 'string'
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value)
/** What names a payment is stored, and sent in paths and bodies. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value) && !isNil(value)
/** What .NET writes for a GUID that was never set. */
const isNil = (value: string): boolean => /^[{(]?[0-]{32,36}[)}]?$/.test(value)

export const flag: Field<boolean> = { documented: 'true, false', read: when(isBoolean) }
export const text: Field<string> = { documented: 'string', read: when(isText) }
export const whole: Field<number> = { documented: 'int', read: when(isWhole) }
/** [netgiro] a .NET decimal, so 1990 may be written 1990.0; JSON reads both as the same number. */
export const decimal: Field<number> = { documented: 'decimal', read: when(isFiniteNumber) }
export const name: Field<string> = {
  documented: 'string (GUID)',
  also: 'any text of 1 to 200 visible characters of ASCII',
  read: when(isName),
}

/** How often to ask is a wish: whatever it is, it must not keep a payment from being asked about. */
const maxPollIntervalMs = 60_000
export const pollInterval: Field<number> = {
  documented: 'int?, milliseconds',
  also: 'the digits as text; more than a minute is a minute',
  read: (value) => {
    const ms = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
    return isWhole(ms) && ms >= 0 ? Math.min(ms, maxPollIntervalMs) : unreadable
  },
}
