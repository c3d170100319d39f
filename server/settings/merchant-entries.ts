import { readJson } from '../json.ts'

/** One merchant as it is written: its settings by the names of their variables, lists with commas. */
export interface MerchantEntry {
  readonly id: string
  /** Nothing new is accepted for it; what has begun is completed. */
  readonly isRetired: boolean
  readonly settings: Readonly<Record<string, string>>
}

interface Entries {
  readonly entries: readonly MerchantEntry[]
  /** To be read after the variable's name; they quote no value. */
  readonly problems: readonly string[]
}

/** It stands in logs, in the labels of metrics and in the database. */
const merchantId = /^[a-z][a-z0-9-]{0,31}$/
const settingName = /^[A-Z][A-Z0-9_]{0,63}$/

/** Reads `{"<id>": {"<SETTING>": …}}`. A setting is text, a number, `true`, `false`, or a list of texts. */
export function parseMerchants(text: string): Entries {
  const value = readJson(text)
  if (!isObject(value))
    return {
      entries: [],
      problems: ['must be a JSON object of merchants by their ids, with each name once'],
    }
  const problems: string[] = []
  const entries: MerchantEntry[] = []
  for (const [id, entry] of Object.entries(value)) {
    if (!merchantId.test(id))
      problems.push('holds an id other than a-z, 0-9 and -, a letter first, at most 32 characters')
    else if (!isObject(entry)) problems.push(`${id}: must be an object of settings`)
    else entries.push(parseEntry(id, entry, problems))
  }
  return { entries, problems: [...new Set(problems)] }
}

function parseEntry(
  id: string,
  { RETIRED: retired = false, ...entry }: Readonly<Record<string, unknown>>,
  problems: string[],
): MerchantEntry {
  if (typeof retired !== 'boolean') problems.push(`${id}: RETIRED must be true or false`)
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(entry)) {
    const text = textOf(value)
    if (!settingName.test(name)) problems.push(`${id}: holds a name that is none of a setting`)
    else if (text === null)
      problems.push(`${id}: ${name} must be text, a number, true, false or a list of texts`)
    else settings[name] = text
  }
  return { id, isRetired: retired === true, settings }
}

/** As the variable would hold it. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const isList = Array.isArray(value) && value.every((part) => typeof part === 'string')
  return isList ? value.join(',') : null
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
