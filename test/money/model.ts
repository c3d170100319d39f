import { expectExplained } from './audited.ts'
import { CellCollector } from './cells/cell-collector.ts'
import type { Cells } from './cells/cells.ts'
import { Oracle } from './oracle.ts'
import type { Exception } from './oracle.ts'
import { performStep } from './steps.ts'
import type { Script } from './steps.ts'
import { Simulation } from './simulation.ts'

const seconds = 1_000
const hours = 3_600 * seconds

/** The result of a scenario. */
export interface Outcome {
  readonly paid: number
  readonly refunded: number
  /** The violations that the oracle tolerated. */
  readonly exceptions: ReadonlySet<Exception>
  /** What it met. */
  readonly cells: Readonly<Cells>
}

/** Runs the scenario and checks the oracle after every step, and again after all deadlines have passed. */
export async function runScenario({ mode, steps }: Script): Promise<Outcome> {
  const simulation = await Simulation.open(mode)
  try {
    const oracle = new Oracle(simulation)
    const collector = new CellCollector(simulation)
    for (const step of steps) {
      collector.notice(step)
      await performStep(simulation, step)
      collector.read()
      await oracle.check()
    }
    await expectExplained(simulation.commandContext)
    await runToEnd(simulation, oracle)
    await oracle.finish()
    collector.read()
    await expectExplained(simulation.commandContext)
    const payments = simulation.rail.payments()
    return {
      paid: payments.filter(({ captured }) => captured > 0).length,
      refunded: payments.flatMap(({ refunds }) => refunds).length,
      exceptions: oracle.exceptions,
      cells: collector.cells,
    }
  } finally {
    await simulation.close()
  }
}

/** Clears all faults, starts the server and lets all deadlines pass. */
async function runToEnd(simulation: Simulation, oracle: Oracle): Promise<void> {
  const { shop } = simulation
  simulation.clearCrashPoints()
  shop.isUp = true
  shop.decision = 'yes'
  simulation.emptyDisk()
  await simulation.setAway(false)
  await simulation.restart()
  simulation.rail.endWaiting()
  const isTroubled = simulation.rail.isTroubled()
  // Past the grace of a lost request, past the lifetime, and past every late check and all webhook retries.
  await simulation.passQuickly(5 * 60 * seconds, 6 * seconds)
  const decided = oracle.decided()
  await simulation.passQuickly(60 * seconds, 6 * seconds)
  if (!isTroubled) await oracle.checkPromptness(decided)
  await simulation.passQuickly(2 * hours, 180 * seconds)
  await simulation.passQuickly(9 * 24 * hours, 8 * hours)
  await simulation.settle()
}
