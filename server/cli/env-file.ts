import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Environment } from '../config.ts'
import { UsageError } from './command.ts'

const flag = '--env-file'

/**
 * Reads the settings of a file into the environment, for every command; what is set there already wins.
 *
 * @param env - to be added to
 * @returns the arguments without `--env-file`
 */
export function withEnvFile(
  args: readonly string[],
  env: Record<string, string | undefined>,
): string[] {
  const rest: string[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (arg === flag) load(args[++index], env)
    else if (arg.startsWith(`${flag}=`)) load(arg.slice(flag.length + 1), env)
    else rest.push(arg)
  }
  return rest
}

/** Where a file of settings is at hand, and the settings are neither read from one nor set otherwise. */
export function hintAtEnvFile(env: Environment): string | null {
  const isSet = env['PUBLIC_URL'] !== undefined || env['PUBLIC_URL_FILE'] !== undefined
  return isSet || !existsSync('.env')
    ? null
    : 'The file .env in this folder is not read: add --env-file .env.'
}

function load(file: string | undefined, env: Record<string, string | undefined>): void {
  if (!file) throw new UsageError(`${flag} needs the path of a file.`)
  for (const [name, value] of Object.entries(parseEnv(read(file)))) env[name] ??= value
}

/** [node] `loadEnvFile` takes a byte order mark for a part of the first name, and is silent about other encodings. */
function read(file: string): string {
  let bytes
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new UsageError(`${file} cannot be read${reason}.`)
  }
  if (bytes.includes(0)) throw new UsageError(`${file} is not UTF-8 text: save it as UTF-8.`)
  return new TextDecoder().decode(bytes)
}
