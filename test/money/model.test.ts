import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { runScenario } from './model.ts'
import { railNames } from './rails/rail.ts'
import { regressions } from './regressions.ts'
import { script } from './arbitraries.ts'
import { awaitAbandoned } from './simulation.ts'

/** The same scenarios every time; for new ones run `long.ts`, or set MONEY_SEED. */
const seed = Number(process.env['MONEY_SEED'] ?? 20_261_120)
const usual = { v1: 36, pos: 18, v2: 18, avarda: 18 }
const only = process.env['MONEY_RAIL']
const names = railNames.filter((name) => only === undefined || name === only)

afterAll(awaitAbandoned)

describe('regressions and random scenarios', () => {
  it.each(regressions)(
    'the money is safe in the regression $title',
    async ({ script: scenario }) => {
      await runScenario(scenario)
    },
  )

  it.each(names)(
    'random scenarios capture once at most, notify the shop always and only with proof, and refund as requested: %s',
    async (rail) => {
      const numRuns = Number(process.env['MONEY_RUNS'] ?? usual[rail])
      let paid = 0
      const property = fc.asyncProperty(script([rail]), async (scenario) => {
        paid += (await runScenario(scenario)).paid
      })
      await fc.assert(property, { seed, numRuns })
      // Scenarios in which nothing is bought would prove nothing.
      expect(paid).toBeGreaterThan(numRuns / 4)
    },
    600_000,
  )
})
