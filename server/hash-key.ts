import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs'
import { ConfigError } from './config.ts'
import type { Config } from './config.ts'
import { SettingFileError, readSettingFile } from './settings/file.ts'

/** By what phones, addresses and requests are known again. */
export interface HashKeys {
  /** What is written from now on is made with it. */
  readonly current: string
  /** What stands in the database may have been made with these. */
  readonly former: readonly string[]
}

/**
 * The keys of the hashes: those that are configured, or else one that is made at the first start and lies beside the database,
 * as `<database>.key`. It is not the provider's secret, which may change at any time and whose owner is somebody else; the
 * first databases were written with that, so it still counts among the former ones. Call when the database's folder is there.
 */
export function hashKeysOf(config: Config): HashKeys {
  const { databaseUrl, hashKeys, netgiro, previousNetgiro } = config
  const provider = [netgiro.secretKey, netgiro.previousSecretKey, previousNetgiro?.secretKey]
  const path = databaseUrl === 'file::memory:' ? null : `${databaseUrl.replace(/^file:/, '')}.key`
  const isConfigured = hashKeys.length > 0
  if (path !== null && !isConfigured) makeOnce(path)
  const beside = path === null || !existsSync(path) ? [] : [read(path)]
  const [current = randomKey(), ...former] = [...hashKeys, ...beside]
  return { current, former: [...former, ...provider.filter((key) => typeof key === 'string')] }
}

const randomKey = () => randomBytes(32).toString('base64')

/** Whoever finds it finds all of it: a key that was half written when the machine went down would be another key. */
function makeOnce(path: string): void {
  if (existsSync(path)) return
  const draft = `${path}.${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, `${randomKey()}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(draft, path)
  } catch (error) {
    // Another process was faster: theirs is the key.
    if (!existsSync(path)) throw error
  } finally {
    rmSync(draft)
  }
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
