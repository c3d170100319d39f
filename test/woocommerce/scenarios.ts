/** Runs random order scenarios: some at a time, in a shop of their own for every confirmation of the payment server. */
import { randomOf } from '../support/random.ts'
import { Site } from './site.ts'
import type { Confirmation } from './site.ts'
import { Scenario } from './scenario.ts'
import { verdict } from './verdict.ts'
import type { Tally } from './verdict.ts'

const atATime = 10
const confirmations: readonly Confirmation[] = ['manual', 'automatic']

/** @returns a line for the log */
export async function runScenarios(
  count: number,
  seed: number,
  report: (line: string) => void = () => {},
): Promise<string> {
  const tally: Tally = { orders: 0, paid: 0, held: 0, refunds: 0, late: 0 }
  const faults = { crashes: 0, repeated: 0 }
  for (const [index, confirmation] of confirmations.entries()) {
    const site = await Site.open(confirmation, randomOf(seed + index))
    try {
      const scenarios = Array.from(
        { length: Math.ceil(count / confirmations.length) },
        (_, number) => new Scenario(site, number),
      )
      for (let from = 0; from < scenarios.length; from += atATime) {
        const batch = scenarios.slice(from, from + atATime)
        await Promise.all(batch.map((scenario) => scenario.tell()))
        await site.settle()
        for (const scenario of batch) await verdict(site, scenario, tally)
        report(`${confirmation}: ${from + batch.length} of ${scenarios.length} scenarios`)
      }
      faults.crashes += site.shop.counts.crashes
      faults.repeated += site.shop.counts.repeated
    } finally {
      await site.close()
    }
  }
  const { orders, paid, held, refunds, late } = tally
  return (
    `${count} scenarios, seed ${seed}: ${orders} orders, ${paid} paid (${late} after their cancellation), ${held} held, ` +
    `${refunds} refunds, ${faults.crashes} crashes of the shop, ${faults.repeated} events delivered twice`
  )
}
