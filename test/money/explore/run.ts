import { Coverage } from './coverage.ts'
import { Endings } from './ending.ts'
import { explore } from './explore.ts'
import { explorations } from './stories.ts'

/** From here on, everything that can occur must have occurred. */
const fullDepth = 9

/**
 * Explores every story in every mode to this depth, and prints what was explored.
 *
 * @param only - a part of the names of modes or stories
 * @throws Violation
 */
export async function exploreAll(depth: number, only = ''): Promise<void> {
  console.log('| mode | story | depth | states | transitions | taken to their end | seconds |')
  console.log('| --- | --- | --- | --- | --- | --- | --- |')
  let [allStates, allTransitions] = [0, 0]
  const coverages: Coverage[] = []
  for (const { mode, name, budget } of explorations) {
    if (!`${mode.name}: ${name}`.includes(only)) continue
    const endings = new Endings(mode)
    const onState = endings.check.bind(endings)
    const found = await explore({ mode, budget, depth, onState })
    const { states, transitions, seconds, isComplete } = found
    coverages.push(found.coverage)
    allStates += states
    allTransitions += transitions
    const reached = isComplete ? `${found.depth}, complete` : String(found.depth)
    const row = [mode.name, name, reached, states, transitions, endings.count, seconds.toFixed(1)]
    console.log(`| ${row.join(' | ')} |`)
  }
  console.log(`${allStates} states, ${allTransitions} transitions`)
  const missing = only === '' && depth >= fullDepth ? Coverage.missingIn(coverages) : []
  if (missing.length > 0) throw new Error(`What can occur did not: ${missing.join('; ')}`)
}
