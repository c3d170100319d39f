import type { Cells } from './cells.ts'
import { enoughScenarios, missingCells, rareCells, requiredCells } from './required-cells.ts'

/** Prints how many cells occurred; false where one did not that must have, in so many scenarios. */
export function reportCells(cells: Readonly<Cells>, scenarios: number): boolean {
  const missing = missingCells(cells.keys())
  const isEnough = scenarios >= enoughScenarios
  console.log(
    `${cells.size} cells of status × input × fault; of ${requiredCells().length} that must occur in ` +
      `${enoughScenarios} scenarios ${missing.length} did not`,
  )
  // Those that occur again and again are excused for nothing.
  const rare = rareCells().flatMap((cell) =>
    cells.has(cell) ? [`${cell} (${cells.get(cell)})`] : [],
  )
  if (rare.length > 0) console.log(`Excused as too rare, and yet occurred: ${rare.join('; ')}`)
  if (missing.length > 0 && isEnough) console.error(`What can occur did not: ${missing.join('; ')}`)
  return missing.length === 0 || !isEnough
}
