import * as v from 'valibot'
import { merchants as merchantsForm } from './forms.ts'
import { defaultMerchantId } from '../core/checkout.ts'
import type { MerchantEntry } from './merchant-entries.ts'
import { EnvironmentReader } from './reader.ts'
import type { Environment } from './reader.ts'
import { readSettings } from './read.ts'
import { inheritedSettings, ownSettings } from './table.ts'
import type { Settings } from './table.ts'

/** One merchant with all settings that apply to it, those of the server included. */
export interface MerchantSettings {
  readonly id: string
  readonly isRetired: boolean
  readonly settings: Settings
}

/** Valid settings, or everything that is wrong with them. Problems name merchants and variables, never values. */
export type MerchantsResult =
  | {
      /** Those of the variables; what is of one merchant is the first one's where the variables describe none. */
      readonly server: Settings
      readonly merchants: readonly MerchantSettings[]
      /** Whether `MERCHANTS` is set. */
      readonly isShared: boolean
    }
  | { readonly problems: readonly string[] }

/** Reads the settings of every merchant; the variables describe the only one where `MERCHANTS` is not set. */
export function readMerchants(env: Environment): MerchantsResult {
  const reader = new EnvironmentReader(env)
  const text = reader.document('MERCHANTS')
  const variables = without(env, ['MERCHANTS'])
  if (text === null) {
    const result = readSettings(variables)
    if ('problems' in result) return result
    const { settings } = result
    return {
      server: settings,
      merchants: [{ id: defaultMerchantId, isRetired: false, settings }],
      isShared: false,
    }
  }
  if (reader.problems.length > 0) return readEach(variables, [], reader.problems)
  const parsed = v.safeParse(merchantsForm, text)
  const issues = (parsed.issues ?? []).map(({ message }) => `MERCHANTS ${message}`)
  return readEach(variables, parsed.success ? parsed.output : [], issues)
}

function readEach(
  variables: Environment,
  entries: readonly MerchantEntry[],
  unreadable: readonly string[],
): MerchantsResult {
  const problems = new Set(unreadable)
  const isDescribed = [...ownSettings].some(
    (name) => name !== 'ADMIN_TOKEN' && isIn(variables, name),
  )
  const ofVariables = readSettings(variables)
  for (const problem of 'problems' in ofVariables ? ofVariables.problems : [])
    if (isDescribed || isOfServer(problem)) problems.add(problem)
  const merchants: MerchantSettings[] = []
  if (isDescribed && 'settings' in ofVariables)
    merchants.push({ id: defaultMerchantId, isRetired: false, settings: ofVariables.settings })
  for (const entry of entries) {
    if (isDescribed && entry.id === defaultMerchantId)
      problems.add('MERCHANTS default: is described by the variables as well: use one')
    const result = readEntry(variables, entry)
    if ('settings' in result) merchants.push({ ...entry, settings: result.settings })
    else for (const problem of result.problems) problems.add(problem)
  }
  if (entries.length === 0 && !isDescribed && unreadable.length === 0)
    problems.add('MERCHANTS holds no merchant')
  const [first] = entries
  const server = isDescribed || !first ? ofVariables : readSettings(withAdmin(variables, first))
  const operator = !isDescribed && 'settings' in server ? server.settings.ADMIN_TOKEN : null
  for (const problem of sharedCredentials(merchants, operator)) problems.add(problem)
  if (problems.size > 0 || 'problems' in server) return { problems: [...problems] }
  return { server: server.settings, merchants, isShared: true }
}

function readEntry(variables: Environment, entry: MerchantEntry): ReturnType<typeof readSettings> {
  const about = (problem: string) => `MERCHANTS ${entry.id}: ${problem}`
  const unknown = Object.keys(entry.settings)
    .filter((name) => !ownSettings.has(settingOf(name)) && !inheritedSettings.has(settingOf(name)))
    .map((name) => about(`${name} is no setting of one merchant`))
  const result = readSettings(environmentOf(variables, entry))
  if ('settings' in result) return unknown.length > 0 ? { problems: unknown } : result
  const problems = result.problems.map((problem) =>
    isOfServer(problem, entry.settings) ? problem : about(problem),
  )
  return { problems: [...unknown, ...problems] }
}

/** What the variables would be if this merchant were the only one. */
function environmentOf(variables: Environment, { settings }: MerchantEntry): Environment {
  const replaced = [...inheritedSettings].filter((name) => isIn(settings, name))
  const known = Object.entries(settings).filter(
    ([name]) => ownSettings.has(settingOf(name)) || inheritedSettings.has(settingOf(name)),
  )
  return { ...without(variables, [...ownSettings, ...replaced]), ...Object.fromEntries(known) }
}

/** The merchant's, with the operator's own token instead. */
function withAdmin(variables: Environment, entry: MerchantEntry): Environment {
  const { ADMIN_TOKEN, ADMIN_TOKEN_FILE } = variables
  return {
    ...without(environmentOf(variables, entry), ['ADMIN_TOKEN']),
    ...{ ADMIN_TOKEN, ADMIN_TOKEN_FILE },
  }
}

/** Whoever holds a credential would be two merchants. */
function* sharedCredentials(
  merchants: readonly MerchantSettings[],
  operatorToken: string | null,
): Generator<string> {
  const owners = new Map<string, string>()
  if (operatorToken !== null) owners.set(operatorToken, 'the variables')
  for (const { id, settings } of merchants) {
    const { MERCHANT_API_KEY: keys, ADMIN_TOKEN: token, WEBHOOK_SECRET: secrets } = settings
    const credentials = [
      ...keys.map((key) => ['MERCHANT_API_KEY', key] as const),
      ...(secrets ?? []).map((secret) => ['WEBHOOK_SECRET', secret] as const),
      ...(token === null ? [] : [['ADMIN_TOKEN', token] as const]),
    ]
    for (const [name, credential] of credentials) {
      const owner = owners.get(credential)
      if (owner !== undefined && owner !== id)
        yield `MERCHANTS ${id}: ${name} is also a credential of ${owner}`
      else owners.set(credential, id)
    }
  }
}

/** The setting that a variable is about, whether it holds the value or names a file. */
const settingOf = (name: string): string => name.replace(/_FILE$/, '')

/** Whether the problem is about a variable that no merchant has for itself. */
function isOfServer(problem: string, entry: Readonly<Record<string, string>> = {}): boolean {
  const name = settingOf(problem.split(' ', 1)[0] ?? '')
  return !isIn(entry, name) && (!ownSettings.has(name) || name === 'ADMIN_TOKEN')
}

const isIn = (env: Environment, name: string): boolean =>
  [name, `${name}_FILE`].some((one) => env[one]?.trim())

function without(env: Environment, names: readonly string[]): Environment {
  const left = new Set(names.flatMap((name) => [name, `${name}_FILE`]))
  return Object.fromEntries(Object.entries(env).filter(([name]) => !left.has(name)))
}
