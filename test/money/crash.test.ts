import { expect, it } from 'vitest'
import { crashRun } from './crash-run.ts'

it('the server agrees with the provider and the shop after every kill, at any time', async () => {
  const { tally, summary } = await crashRun(Number(process.env['MONEY_KILLS'] ?? 12))
  expect(tally.paid, summary).toBe(tally.captured)
}, 120_000)
