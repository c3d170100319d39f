import { readJson } from '../json.ts'

/** Parses an untrusted body into an object with PascalCase names. Null if it is not an object, or contradicts itself. */
export const readObject = (body: string) => pascalCased(readJson(body))

/** Returns the object with its names in PascalCase: Netgíró's APIs read and write camelCase as well. */
export function pascalCased(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // As most answers are; each poll reads one.
  if (Object.keys(value).every(isPascalCase)) return value as Readonly<Record<string, unknown>>
  const entries = Object.entries(value).map(
    ([name, inner]: [string, unknown]) =>
      [name.charAt(0).toUpperCase() + name.slice(1), inner] as const,
  )
  // An object with the same field in two spellings contradicts itself.
  return new Set(entries.map(([name]) => name)).size === entries.length
    ? Object.fromEntries(entries)
    : null
}

const isPascalCase = (name: string): boolean => name.charAt(0) === name.charAt(0).toUpperCase()
