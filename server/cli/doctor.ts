import { parseArgs } from 'node:util'
import { runDoctor } from '../ops/doctor/doctor.ts'
import type { CheckResult } from '../ops/doctor/check-result.ts'
import type { CliContext } from './command.ts'

const marks: Record<CheckResult['status'], string> = { pass: '✔', fail: '✘', info: '–' }

/** Prints a line per check; below a ✘, how to fix it. Exit code 1 if a check fails. */
export async function doctor(
  args: readonly string[],
  { env, clock, say }: CliContext,
): Promise<number> {
  parseArgs({ args: [...args], options: {} })
  let failed = 0
  for await (const { status, message, fix } of runDoctor(env, clock)) {
    if (status === 'fail') failed++
    say(`${marks[status]} ${message}`)
    if (fix !== null) say(`    Fix: ${fix}`)
  }
  say('')
  say(summary(failed))
  return failed === 0 ? 0 : 1
}

const summary = (failed: number): string =>
  failed === 0 ? 'All checks passed.' : `${failed} ${failed === 1 ? 'problem' : 'problems'} found.`
