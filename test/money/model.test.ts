import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { tell } from './model.ts'
import { regressions } from './regressions.ts'
import { script } from './steps.ts'
import { lastRites } from './world.ts'

/** The same stories every time: who wants new ones runs `long.ts`, or sets MONEY_SEED. */
const seed = Number(process.env['MONEY_SEED'] ?? 20_261_120)
const numRuns = Number(process.env['MONEY_RUNS'] ?? 90)

afterAll(lastRites)

describe('the money', () => {
  it.each(regressions)('is safe in a story that is kept: $title', ({ script: story }) =>
    tell(story),
  )

  it(
    'is taken at most once, never claimed without the provider, and always told, whatever happens',
    async () => {
      await fc.assert(fc.asyncProperty(script(), tell), { seed, numRuns })
    },
    60_000 + numRuns * 1_000,
  )
})
