import { parseArgs } from 'node:util'
import { examine } from '../ops/doctor/doctor.ts'
import type { Finding } from '../ops/doctor/finding.ts'
import type { World } from './command.ts'

const marks: Record<Finding['mark'], string> = { ok: '✔', wrong: '✘', note: '–' }

/** A line for each check as it is done; under a ✘, what to mend. Exit code 1 if anything is wrong. */
export async function doctor(args: readonly string[], { env, clock, say }: World): Promise<number> {
  parseArgs({ args: [...args], options: {} })
  let failed = 0
  for await (const { mark, what, mend } of examine(env, clock)) {
    if (mark === 'wrong') failed++
    say(`${marks[mark]} ${what}`)
    if (mend !== null) say(`    ${mend}`)
  }
  say('')
  say(failed === 0 ? 'All is well.' : `To mend: ${failed}.`)
  return failed === 0 ? 0 : 1
}
