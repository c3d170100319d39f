import { parseArgs } from 'node:util'
import { runDoctor } from '../ops/doctor/doctor.ts'
import type { CheckResult } from '../ops/doctor/check-result.ts'
import type { CliContext } from './command.ts'

const marks: Record<CheckResult['status'], string> = { pass: '✔', fail: '✘', info: '–' }

/** A line for each check as it is done; under a ✘, what to mend. Exit code 1 if anything is wrong. */
export async function doctor(
  args: readonly string[],
  { env, clock, say }: CliContext,
): Promise<number> {
  parseArgs({ args: [...args], options: {} })
  let failed = 0
  for await (const { status, message, fix } of runDoctor(env, clock)) {
    if (status === 'fail') failed++
    say(`${marks[status]} ${message}`)
    if (fix !== null) say(`    ${fix}`)
  }
  say('')
  say(failed === 0 ? 'All is well.' : `To mend: ${failed}.`)
  return failed === 0 ? 0 : 1
}
