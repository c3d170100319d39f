import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { ConfigError } from './config.ts'
import type { Config } from './config.ts'
import { pathOf } from './store/files.ts'
import { SettingFileError, readSettingFile } from './settings/file.ts'

/** Keys of the hashes by which phone numbers, addresses and requests are recognized. */
export interface HashKeys {
  /** New hashes are made with it. */
  readonly current: string
  /** Hashes in the database may have been made with these. */
  readonly former: readonly string[]
}

/**
 * Returns the configured keys, or one that is created at the first start as `<database>.key` beside the database. It is
 * independent of the provider's secret, which may change at any time; the first databases were written with that, so that it is
 * among the former keys. The folder of the database must exist.
 *
 * @param account - of the merchant that the first databases were written for; undefined: there is none
 *
 * @throws ConfigError where the key file cannot be used.
 */
export function hashKeysOf(
  { databaseUrl, hashKeys }: Pick<Config, 'databaseUrl' | 'hashKeys'>,
  account: Pick<Config, 'netgiro' | 'previousNetgiro'> | undefined,
): HashKeys {
  const { netgiro, previousNetgiro } = account ?? {}
  const provider = [netgiro?.secretKey, netgiro?.previousSecretKey, previousNetgiro?.secretKey]
  const file = pathOf(databaseUrl)
  const path = file && `${file}.key`
  const isConfigured = hashKeys.length > 0
  if (path !== null && !isConfigured) createOnce(path)
  const beside = path === null || !existsSync(path) ? [] : [read(path)]
  const [current = randomKey(), ...former] = [...hashKeys, ...beside]
  return { current, former: [...former, ...provider.filter((key) => typeof key === 'string')] }
}

const randomKey = () => randomBytes(32).toString('base64')

/**
 * Creates the file atomically: a key that is half written when the machine goes down would be another key. No other process does so
 * meanwhile, for this one holds the database.
 */
function createOnce(path: string): void {
  if (existsSync(path)) return
  const draft = `${path}.${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, `${randomKey()}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  // Not a link, which not every file system supports.
  renameSync(draft, path)
}

function read(path: string): string {
  try {
    const key = readSettingFile(path)
    if (key.length >= 32) return key
    throw new SettingFileError('is too short to be a key')
  } catch (error) {
    if (!(error instanceof SettingFileError)) throw error
    throw new ConfigError([`The key beside the database (${path}) ${error.message}`])
  }
}
