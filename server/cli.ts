#!/usr/bin/env node
import { UsageError } from './cli/command.ts'
import { commands, isUsageError } from './cli/commands.ts'
import { withEnvFile } from './cli/env-file.ts'
import { help } from './cli/help.ts'
import { ConfigError } from './config.ts'
import { systemClock } from './core/clock.ts'
import { UnusableDatabase } from './store/failure.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const context = { env: process.env, clock: systemClock, say }
const [given = 'help', ...rest] = process.argv.slice(2)
const name = given === '--help' ? 'help' : given

try {
  const args = withEnvFile(rest)
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
    const isExpected = error instanceof ConfigError || error instanceof UnusableDatabase
    console.error(isExpected ? error.message : error)
    process.exitCode = 1
  }
}
