import { readJson } from '../json.ts'
import { unreadable } from './fields.ts'

type Fields = Readonly<Record<string, unknown>>

/** Parses an untrusted body into an object with PascalCase names. Null if it is not an object, or contradicts itself. */
export function readObject(body: string): Fields | null {
  const fields = pascalCased(readJson(body))
  return fields && Object.values(fields).includes(unreadable) ? null : fields
}

/**
 * Returns the object with its names in PascalCase: Netgíró's APIs read and write camelCase as well. A field in two spellings
 * contradicts itself, and is unreadable. Null if it is not an object.
 */
export function pascalCased(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // As most answers are; each poll reads one.
  if (Object.keys(value).every(isPascalCase)) return value as Fields
  const fields = new Map<string, unknown>()
  for (const [name, inner] of Object.entries(value)) {
    const cased = name.charAt(0).toUpperCase() + name.slice(1)
    fields.set(cased, fields.has(cased) ? unreadable : inner)
  }
  return Object.fromEntries(fields)
}

const isPascalCase = (name: string): boolean => name.charAt(0) === name.charAt(0).toUpperCase()
