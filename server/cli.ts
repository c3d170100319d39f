#!/usr/bin/env node
import { UsageError } from './cli/command.ts'
import type { CliCommand } from './cli/command.ts'
import { doctor } from './cli/doctor.ts'
import { backup } from './cli/backup.ts'
import { help } from './cli/help.ts'
import { reconcile } from './cli/reconcile.ts'
import { refund } from './cli/refund.ts'
import { resend } from './cli/resend.ts'
import { restore } from './cli/restore.ts'
import { simulate } from './cli/simulate.ts'
import { systemClock } from './core/clock.ts'
import { ConfigError } from './config.ts'
import { UnusableDatabase } from './store/failure.ts'

const commands: Readonly<Record<string, CliCommand>> = {
  serve: () => import('./main.ts').then(() => 0),
  simulate,
  backup,
  restore,
  doctor,
  resend,
  reconcile,
  refund,
  help,
  '--help': help,
}

const say = (line: string) => void process.stdout.write(`${line}\n`)
const world = { env: process.env, clock: systemClock, say }
const [name = 'help', ...args] = process.argv.slice(2)

try {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageError(`There is no command ${name}.`)
  // Not process.exit(): what is still being written would be cut off, and `serve` goes on.
  process.exitCode = await command(args, world)
} catch (error) {
  if (isUsage(error)) {
    console.error(`${error.message}\n`)
    await help([], { ...world, say: console.error })
    process.exitCode = 2
  } else {
    const isForeseen = error instanceof ConfigError || error instanceof UnusableDatabase
    console.error(isForeseen ? error.message : error)
    process.exitCode = 1
  }
}

function isUsage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const isOfParseArgs = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return error instanceof UsageError || isOfParseArgs
}
