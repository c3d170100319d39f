import { Oracle } from './oracle.ts'
import type { Exception } from './oracle.ts'
import { take } from './steps.ts'
import type { Script } from './steps.ts'
import { World } from './world.ts'

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
  const world = await World.open(mode)
  try {
    const oracle = new Oracle(world)
    for (const step of steps) {
      await take(world, step)
      await oracle.check()
    }
    await letItEnd(world, oracle)
    await oracle.finish()
    const payments = world.rail.payments()
    return {
      paid: payments.filter(({ captured }) => captured > 0).length,
      refunded: payments.flatMap(({ refunds }) => refunds).length,
      exceptions: oracle.exceptions,
    }
  } finally {
    await world.close()
  }
}

/** The world is kind again: everybody is there, nobody dies, and there is time. */
async function letItEnd(world: World, oracle: Oracle): Promise<void> {
  const { shop } = world
  world.forgetDeathWishes()
  shop.isUp = true
  shop.word = 'yes'
  world.emptyDisk()
  world.unlockDatabase()
  await world.setAway(false)
  await world.restart()
  world.rail.endWaiting()
  const isTroubled = world.rail.isTroubled()
  // Past the grace of a lost request, past the lifetime, and past every late look and every webhook's patience.
  await world.pass(5 * 60 * seconds, 3 * seconds)
  const decided = oracle.decided()
  await world.pass(60 * seconds, 3 * seconds)
  if (!isTroubled) await oracle.checkPromptness(decided)
  await world.pass(2 * hours, 60 * seconds)
  await world.pass(9 * 24 * hours, 5 * hours)
  await world.settle()
}
