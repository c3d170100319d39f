import { Coverage } from './coverage.ts'
import { hashOf, nameOf } from './identity.ts'
import { checkWorld, Violation } from './invariants.ts'
import { Draft, movesOf } from './moves.ts'
import { firstWorld } from './world.ts'
import type { Budget, Mode, World } from './world.ts'

/** How often something may happen at once, and in one story. */
export interface Exploration {
  readonly mode: Mode
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly seconds: number
  /** Whether there is nothing beyond this depth. */
  readonly isComplete: boolean
  readonly coverage: Coverage
}

interface Origin {
  readonly from: number | null
  readonly label: string
}

interface Options {
  readonly mode: Mode
  readonly budget: Budget
  readonly depth: number
  /** Called with every new state. */
  readonly onState?: (world: World) => Promise<void> | void
  readonly onLevel?: (depth: number, states: number, transitions: number) => void
}

/**
 * Every order in which at most `depth` things can happen, breadth-first; each state once.
 *
 * @throws Violation with the shortest story that leads to it
 */
export async function explore(options: Options): Promise<Exploration> {
  const { mode, budget, depth: maxDepth, onState, onLevel } = options
  const began = performance.now()
  const coverage = new Coverage()
  const first = firstWorld(budget, mode)
  const origins = new Map<number, Origin>([
    [hashOf(nameOf(first, mode)), { from: null, label: '' }],
  ])
  let level: World[] = [first]
  let [transitions, depth] = [0, 0]
  for (; depth < maxDepth && level.length > 0; depth++) {
    const next: World[] = []
    for (const world of level) {
      const from = hashOf(nameOf(world, mode))
      for (const { label, perform } of movesOf(world, mode)) {
        const draft = new Draft(world, mode, coverage)
        try {
          await perform(draft)
          transitions++
          const hash = hashOf(nameOf(draft.world, mode))
          if (origins.has(hash)) continue
          origins.set(hash, { from, label })
          checkWorld(draft.world)
          await onState?.(draft.world)
          next.push(draft.world)
        } catch (error) {
          if (!(error instanceof Violation)) throw error
          throw new Violation(`${error.message}\n${storyOf(origins, from, label)}`)
        }
      }
    }
    level = next
    onLevel?.(depth + 1, origins.size, transitions)
  }
  const seconds = (performance.now() - began) / 1_000
  const isComplete = level.length === 0
  return { mode, states: origins.size, transitions, depth, seconds, isComplete, coverage }
}

function storyOf(origins: ReadonlyMap<number, Origin>, last: number, label: string): string {
  const labels = [label]
  let origin = origins.get(last)
  while (origin && origin.from !== null) {
    labels.unshift(origin.label)
    origin = origins.get(origin.from)
  }
  return labels.map((line, index) => `${index + 1}. ${line}`).join('\n')
}
