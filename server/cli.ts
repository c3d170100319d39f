#!/usr/bin/env node
import { UsageError } from './cli/command.ts'
import { commands, isUsageError } from './cli/commands.ts'
import { withEnvFile } from './cli/env-file.ts'
import { explain } from './cli/explain.ts'
import { help } from './cli/help.ts'
import { surviveLostOutput } from './cli/output.ts'
import { systemClock } from './core/clock.ts'

surviveLostOutput()

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
    console.error(explain(error) ?? error)
    process.exitCode = 1
  }
}
