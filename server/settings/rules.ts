import { netgiroProblems } from './netgiro.ts'
import type { SettingName, Settings } from './table.ts'

/** What is known of the settings before all of them are valid. */
export interface Reading {
  /** The valid ones; null: not set, undefined: not valid. */
  readonly settings: { readonly [Name in SettingName]?: Settings[Name] | undefined }
  /** Whether the variable is set, to a valid value or not. */
  readonly isSet: (name: SettingName) => boolean
  readonly allowInsecure: boolean
}

/** A variable, and what is wrong with it beside the others. */
export type Problems = Generator<readonly [name: SettingName, problem: string]>

/**
 * The rules between settings. They are not part of the schema because they must run while other settings are not valid yet,
 * so that all problems are reported at once.
 */
export function* problemsBetween(reading: Reading): Problems {
  yield* missing(reading)
  yield* netgiroProblems(reading)
  yield* approvalProblems(reading)
  yield* otherProblems(reading)
}

/** `needed` must be set where any of `by` is. */
const dependencies: readonly {
  readonly needed: readonly SettingName[]
  readonly by: readonly SettingName[]
  readonly label: string
}[] = [
  { needed: ['WEBHOOK_URL'], by: ['WEBHOOK_SECRET'], label: 'WEBHOOK_SECRET' },
  { needed: ['WEBHOOK_SECRET'], by: ['WEBHOOK_URL'], label: 'WEBHOOK_URL' },
  {
    needed: [
      'NETGIRO_PREVIOUS_API',
      'NETGIRO_PREVIOUS_API_URL',
      'NETGIRO_PREVIOUS_APP_ID',
      'NETGIRO_PREVIOUS_SECRET_KEY',
    ],
    // The secret alone is the former one of the same account.
    by: ['NETGIRO_PREVIOUS_API', 'NETGIRO_PREVIOUS_API_URL', 'NETGIRO_PREVIOUS_APP_ID'],
    label: 'another NETGIRO_PREVIOUS_ variable',
  },
  {
    needed: ['AVARDA_API_URL', 'AVARDA_SITE_CODE', 'AVARDA_SITE_PASSWORD'],
    by: [
      'AVARDA_API_URL',
      'AVARDA_SITE_CODE',
      'AVARDA_SITE_PASSWORD',
      'AVARDA_CURRENCY',
      'AVARDA_SCRIPT_URL',
    ],
    label: 'another AVARDA_ variable',
  },
]

function* missing({ isSet }: Reading): Problems {
  for (const { needed, by, label } of dependencies)
    if (by.some(isSet))
      for (const name of needed) if (!isSet(name)) yield [name, `is missing though ${label} is set`]
}

function* approvalProblems({ settings, isSet }: Reading): Problems {
  if (!isSet('AUTHORIZE_URL')) {
    if (settings.AUTHORIZE_ON_TIMEOUT === 'approve')
      yield ['AUTHORIZE_ON_TIMEOUT', 'does nothing without AUTHORIZE_URL']
    return
  }
  if (!isSet('WEBHOOK_SECRET'))
    yield ['AUTHORIZE_URL', 'needs WEBHOOK_URL and WEBHOOK_SECRET: its requests are signed']
  if (settings.NETGIRO_CONFIRMATION === 'automatic')
    yield [
      'AUTHORIZE_URL',
      'needs NETGIRO_CONFIRMATION manual or callback: with automatic the money is taken before anyone can ask',
    ]
}

function* otherProblems({ settings, isSet }: Reading): Problems {
  const { NETGIRO_SECRET_KEY: secretKey, HASH_KEY: hashKeys, METRICS_PORT: metricsPort } = settings
  if (settings.DATABASE_URL?.startsWith('postgres') && !isSet('HASH_KEY'))
    yield ['HASH_KEY', 'is missing: beside PostgreSQL there is no place to keep one']
  if (settings.DATABASE_LISTEN_URL && !settings.DATABASE_LISTEN_URL.startsWith('postgres'))
    yield ['DATABASE_LISTEN_URL', 'must be a postgres:// URL: SQLite has nothing to listen on']
  if (settings.DATABASE_LISTEN_URL && settings.DATABASE_URL?.startsWith('file:'))
    yield ['DATABASE_LISTEN_URL', 'does nothing without a postgres:// DATABASE_URL']
  if (secretKey && hashKeys?.includes(secretKey))
    yield ['HASH_KEY', 'must not be NETGIRO_SECRET_KEY: it is there to be another']
  if (metricsPort && metricsPort === settings.PORT)
    yield ['METRICS_PORT', 'must be another port than PORT']
}
