import type { Cells } from './cells.ts'
import { enoughScenarios, missingCells, requiredCells } from './required-cells.ts'

/** Prints how many cells occurred; false where one did not that must have, in so many scenarios. */
export function reportCells(cells: Readonly<Cells>, scenarios: number): boolean {
  const missing = missingCells(cells.keys())
  const isEnough = scenarios >= enoughScenarios
  console.log(
    `${cells.size} cells of status × input × fault; of ${requiredCells().length} that must occur in ` +
      `${enoughScenarios} scenarios ${missing.length} did not`,
  )
  if (missing.length > 0 && isEnough) console.error(`What can occur did not: ${missing.join('; ')}`)
  return missing.length === 0 || !isEnough
}
