#!/usr/bin/env node
import { commands, isUsageError } from './cli/commands.ts'
import { hintAtEnvFile, withEnvFile } from './cli/env-file.ts'
import { explain } from './cli/explain.ts'
import { unknownCommand, usageOf } from './cli/help.ts'
import { surviveLostOutput } from './cli/output.ts'
import { packageVersion } from './cli/package-version.ts'
import { systemClock } from './core/clock.ts'

surviveLostOutput()

const say = (line: string) => void process.stdout.write(`${line}\n`)
const context = { env: process.env, clock: systemClock, say }
const given = process.argv.slice(2)
const isHelpWanted = given.some((arg) => arg === '--help' || arg === '-h')
const [name = 'help', ...rest] = isHelpWanted
  ? ['help', ...given.filter((arg) => !arg.startsWith('-')).slice(0, 1)]
  : given

/** Commands that need no settings. */
const needNoSettings = new Set(['demo', 'init', 'simulate', 'help'])

try {
  if (name === '--version' || name === '-v') say(packageVersion())
  else {
    const args = withEnvFile(rest, process.env)
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw unknownCommand(name)
    const hint = needNoSettings.has(name) ? null : hintAtEnvFile(process.env)
    if (hint !== null) console.error(`${hint}\n`)
    // Not process.exit(): it would cut off output that is still being written, and end `serve`.
    process.exitCode = await command(args, context)
  }
} catch (error) {
  if (isUsageError(error)) {
    const usage = usageOf(name)
    const lines = [error.message, ...(usage ? [usage] : []), 'All commands: netgiro-checkout help']
    console.error(lines.join('\n\n'))
    process.exitCode = 2
  } else {
    console.error(explain(error) ?? error)
    process.exitCode = 1
  }
}
