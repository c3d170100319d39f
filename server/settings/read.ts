import * as v from 'valibot'
import { EnvironmentReader } from './reader.ts'
import type { Environment } from './reader.ts'
import { problemsBetween } from './rules.ts'
import { settingsSchema } from './table.ts'
import type { SettingName, Settings } from './table.ts'

/** Valid settings, or everything that is wrong with them. Problems name variables, never their values. */
export type SettingsResult =
  { readonly settings: Settings } | { readonly problems: readonly string[] }

export function readSettings(env: Environment): SettingsResult {
  const reader = new EnvironmentReader(env)
  const allowInsecure = reader.text('ALLOW_INSECURE') === 'true'
  const schema = settingsSchema({ allowInsecure })
  const texts = Object.fromEntries(
    Object.keys(schema.entries).map((name) => [
      name,
      name === 'MERCHANTS' ? reader.document(name) : reader.text(name),
    ]),
  )
  // Every form has its own messages; this one keeps valibot's own, which quote the value, from ever being shown.
  const parsed = v.safeParse(schema, texts, { message: 'is invalid' })
  const invalid = (parsed.issues ?? []).map(
    (issue) => [String(issue.path?.[0].key), issue.message] as const,
  )
  const unusable = new Set([...reader.unreadable, ...invalid.map(([name]) => name)])
  const contradictory = problemsBetween({
    settings:
      parsed.success && unusable.size === 0
        ? parsed.output
        : v.parse(v.partial(schema), withoutKeys(texts, unusable)),
    isSet: (name: SettingName) => texts[name] !== null,
    allowInsecure,
  })
  const found = [...invalid, ...contradictory]
    .filter(([name]) => !reader.unreadable.has(name))
    .map(([name, problem]) => `${name} ${problem}`)
  const problems = [...new Set([...reader.problems, ...found])]
  return parsed.success && problems.length === 0 ? { settings: parsed.output } : { problems }
}

/** What names the database, alone: the other settings may be wrong. */
export function readDatabase(
  env: Environment,
): { readonly databaseUrl: string } | { readonly problems: readonly string[] } {
  const reader = new EnvironmentReader(env)
  const schema = v.pick(settingsSchema({ allowInsecure: false }), ['DATABASE_URL'])
  const texts = { DATABASE_URL: reader.text('DATABASE_URL') }
  const parsed = v.safeParse(schema, texts, { message: 'is invalid' })
  if (reader.problems.length > 0) return { problems: reader.problems }
  return parsed.success
    ? { databaseUrl: parsed.output.DATABASE_URL }
    : { problems: parsed.issues.map(({ message }) => `DATABASE_URL ${message}`) }
}

const withoutKeys = <T>(record: Readonly<Record<string, T>>, keys: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.has(key)))
