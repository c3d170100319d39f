import { expect, it } from 'vitest'
import { quantile, replicaRun, summaryOf } from './replicas/run.ts'

/** For a machine that does other things meanwhile. */
const slackMs = 10_000

it('servers that share a database agree with the provider and the shop after kills and standstills', async () => {
  const tally = await replicaRun({ replicas: 3, kills: 4, stops: 1, measured: 1 })
  const summary = summaryOf(tally)
  expect([tally.kills, tally.stops], summary).toEqual([4, 1])
  expect(tally.paid, summary).toBe(tally.captured)
  expect([tally.secondCaptures, tally.doubledRequests], summary).toEqual([0, 0])
  expect(quantile(tally.afterKill, 0.99), summary).toBeLessThan(8_000 + slackMs)
  expect(quantile(tally.afterTerm, 0.99), summary).toBeLessThan(1_000 + slackMs)
}, 240_000)
