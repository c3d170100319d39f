import { expect, it } from 'vitest'
import { quantile, replicaRun, summaryOf } from './replicas/run.ts'

/** For a machine that does other things meanwhile. */
const slackMs = 10_000

it('servers that share a database agree with the provider and the shop after kills and standstills', async () => {
  const strikes = { kill: 4, stop: 1 }
  const tally = await replicaRun({ replicas: 3, strikes, measured: 1 })
  const summary = summaryOf(tally)
  expect(tally.struck, summary).toMatchObject(strikes)
  expect(tally.paid, summary).toBe(tally.captured)
  expect([tally.secondCaptures, tally.doubledRequests], summary).toEqual([0, 0])
  expect(quantile(tally.afterKill, 0.99), summary).toBeLessThan(8_000 + slackMs)
  expect(quantile(tally.afterTerm, 0.99), summary).toBeLessThan(1_000 + slackMs)
}, 240_000)

it('servers whose clocks are off agree with them after cuts from the database, lost COMMITs and kills of it, and ask no sooner', async () => {
  const strikes = { cut: 1, lose_commit: 3, kill_database: 1 }
  const tally = await replicaRun({ replicas: 3, strikes, measured: 0, outages: 1, isSkewed: true })
  const summary = summaryOf(tally)
  const isOwn = tally.outages.length > 0
  expect(tally.struck, summary).toMatchObject({ ...strikes, kill_database: isOwn ? 1 : 0 })
  expect(tally.paid, summary).toBe(tally.captured)
  expect([tally.secondCaptures, tally.doubledRequests], summary).toEqual([0, 0])
  for (const { usual, afterwards, early } of tally.outages) {
    expect(early, summary).toBe(0)
    expect(afterwards, summary).toBeLessThanOrEqual(1.02 * usual)
  }
}, 480_000)
