import { settingNames } from '../../config.ts'
import type { Environment } from '../../config.ts'
import { nearest } from '../nearest.ts'
import { fail } from './check-result.ts'
import type { CheckResult } from './check-result.ts'

/** Shorter names resemble variables of other programs. */
const longNames = settingNames.filter((name) => name.length >= 10)

/** Variables that are no settings but look like one: a setting that may be left out would otherwise go missing unnoticed. */
export function* checkNames(env: Environment): Generator<CheckResult> {
  for (const name of Object.keys(env)) {
    const setting = name.replace(/_FILE$/, '')
    if (settingNames.includes(setting)) continue
    const meant = nearest(setting, longNames, 3)
    if (meant !== null)
      yield fail(`${name} is set, and is no setting`, `If you meant ${meant}, rename it.`)
  }
}
