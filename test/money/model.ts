import { Oracle } from './oracle.ts'
import { take } from './steps.ts'
import type { Script } from './steps.ts'
import { World } from './world.ts'

const seconds = 1_000
const hours = 3_600 * seconds

/** Tells the story, holding it against the provider's ledger after every step and once everything has had its time. */
export async function tell({ mode, steps }: Script): Promise<void> {
  const world = await World.open(mode)
  try {
    const oracle = new Oracle(world)
    for (const step of steps) {
      await take(world, step)
      await oracle.check()
    }
    await letItEnd(world, oracle)
    await oracle.finish()
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
  await world.restart()
  const { faults } = world.simulator.ledger()
  const isTroubled = faults.some(({ call }) => call === 'CheckCart' || call === 'ConfirmCart')
  // Past the grace of a lost request, past the lifetime, and past every late look and every webhook's patience.
  await world.pass(6 * 60 * seconds, 3 * seconds)
  if (!isTroubled) await oracle.checkPromptness()
  await world.pass(2 * hours, 60 * seconds)
  await world.pass(9 * 24 * hours, 5 * hours)
  await world.settle()
}
