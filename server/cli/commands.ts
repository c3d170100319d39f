import { parseArgs } from 'node:util'
import { audit } from './audit.ts'
import { backup } from './backup.ts'
import { UsageError } from './command.ts'
import type { CliCommand } from './command.ts'
import { demo } from './demo.ts'
import { doctor } from './doctor.ts'
import { help } from './help.ts'
import { init } from './init.ts'
import { reconcile } from './reconcile.ts'
import { refund } from './refund.ts'
import { resend } from './resend.ts'
import { restore } from './restore.ts'
import { review } from './review.ts'
import { simulate } from './simulate.ts'

/** Settings are no options: `--port 80` must not go unnoticed. */
const serve: CliCommand = async (args) => {
  parseArgs({ args: [...args], options: {} })
  await import('../main.ts')
  return 0
}

/** Every command by its name, in the order of the help. */
export const commands: Readonly<Record<string, CliCommand>> = {
  demo,
  init,
  serve,
  simulate,
  doctor,
  resend,
  reconcile,
  refund,
  review,
  audit,
  backup,
  restore,
  help,
}

/** Wrong arguments, for which the help is shown and the exit code is 2. */
export function isUsageError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const isFromParseArgs = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return error instanceof UsageError || isFromParseArgs
}
