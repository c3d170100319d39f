import { Oracle } from './oracle.ts'
import type { Exception } from './oracle.ts'
import { take } from './steps.ts'
import type { Script } from './steps.ts'
import { Simulation } from './simulation.ts'

const seconds = 1_000
const hours = 3_600 * seconds

/** What came of a story: stories in which nothing is ever bought would prove nothing. */
export interface Outcome {
  readonly paid: number
  readonly refunded: number
  /** What the oracle let pass. */
  readonly exceptions: ReadonlySet<Exception>
}

/** Tells the story, holding it against the provider's ledger after every step and once everything has had its time. */
export async function tell({ mode, steps }: Script): Promise<Outcome> {
  const simulation = await Simulation.open(mode)
  try {
    const oracle = new Oracle(simulation)
    for (const step of steps) {
      await take(simulation, step)
      await oracle.check()
    }
    await letItEnd(simulation, oracle)
    await oracle.finish()
    const payments = simulation.rail.payments()
    return {
      paid: payments.filter(({ captured }) => captured > 0).length,
      refunded: payments.flatMap(({ refunds }) => refunds).length,
      exceptions: oracle.exceptions,
    }
  } finally {
    await simulation.close()
  }
}

/** The world is kind again: everybody is there, nobody dies, and there is time. */
async function letItEnd(simulation: Simulation, oracle: Oracle): Promise<void> {
  const { shop } = simulation
  simulation.forgetDeathWishes()
  shop.isUp = true
  shop.word = 'yes'
  simulation.emptyDisk()
  simulation.unlockDatabase()
  await simulation.setAway(false)
  await simulation.restart()
  simulation.rail.endWaiting()
  const isTroubled = simulation.rail.isTroubled()
  // Past the grace of a lost request, past the lifetime, and past every late look and every webhook's patience.
  await simulation.pass(5 * 60 * seconds, 3 * seconds)
  const decided = oracle.decided()
  await simulation.pass(60 * seconds, 3 * seconds)
  if (!isTroubled) await oracle.checkPromptness(decided)
  await simulation.pass(2 * hours, 60 * seconds)
  await simulation.pass(9 * 24 * hours, 5 * hours)
  await simulation.settle()
}
