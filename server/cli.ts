#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { UsageError } from './cli/command.ts'
import type { CliCommand } from './cli/command.ts'
import { demo } from './cli/demo.ts'
import { doctor } from './cli/doctor.ts'
import { explain } from './cli/explain.ts'
import { audit } from './cli/audit.ts'
import { backup } from './cli/backup.ts'
import { help } from './cli/help.ts'
import { init } from './cli/init.ts'
import { withEnvFile } from './cli/env-file.ts'
import { reconcile } from './cli/reconcile.ts'
import { refund } from './cli/refund.ts'
import { resend } from './cli/resend.ts'
import { restore } from './cli/restore.ts'
import { simulate } from './cli/simulate.ts'
import { systemClock } from './core/clock.ts'

const commands: Readonly<Record<string, CliCommand>> = {
  serve: (args) => {
    // Settings are variables: an argument would be ignored silently.
    parseArgs({ args: [...args], options: {} })
    return import('./main.ts').then(() => 0)
  },
  demo,
  init,
  simulate,
  backup,
  restore,
  doctor,
  resend,
  reconcile,
  refund,
  audit,
  help,
  '--help': help,
}

const say = (line: string) => void process.stdout.write(`${line}\n`)
const context = { env: process.env, clock: systemClock, say }
const [name = 'help', ...given] = process.argv.slice(2)

try {
  const args = withEnvFile(given)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageError(`Unknown command ${name}.`)
  // Not process.exit(): it would cut off output that is still being written, and end `serve`.
  process.exitCode = await command(args, context)
} catch (error) {
  if (isUsageError(error)) {
    console.error(`${error.message}\n`)
    await help([], { ...context, say: console.error })
    process.exitCode = 2
  } else {
    console.error(explain(error) ?? error)
    process.exitCode = 1
  }
}

function isUsageError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const isFromParseArgs = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return error instanceof UsageError || isFromParseArgs
}
