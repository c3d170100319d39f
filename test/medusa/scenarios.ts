/** Runs random order scenarios, some at a time, in a Medusa that is killed now and then. */
import { randomOf } from '../support/random.ts'
import { Site } from './site.ts'
import { Scenario } from './scenario.ts'
import { verdict } from './verdict.ts'
import type { Tally } from './verdict.ts'

const atATime = 10
/** After how many batches the process is killed while webhooks are being delivered. */
const crashEvery = 5

/** @returns a line for the log */
export async function runScenarios(
  site: Site,
  count: number,
  report: (line: string) => void = () => {},
): Promise<string> {
  const tally: Tally = { sessions: 0, paid: 0, refunds: 0, orders: 0 }
  let crashes = 0
  const scenarios = Array.from({ length: count }, (_, number) => new Scenario(site, number))
  for (let from = 0; from < scenarios.length; from += atATime) {
    const batch = scenarios.slice(from, from + atATime)
    await Promise.all(batch.map((scenario) => scenario.tell()))
    if ((from / atATime) % crashEvery === 1) {
      crashes++
      await Promise.all([site.deliver(), site.medusa.crash()])
    }
    await site.settle()
    for (const scenario of batch) await verdict(site, scenario, tally)
    report(`${from + batch.length} of ${scenarios.length} scenarios`)
  }
  const { sessions, paid, refunds, orders } = tally
  return (
    `${count} scenarios: ${sessions} payment sessions, ${paid} paid, ${orders} orders, ${refunds} refunds, ` +
    `${site.proxy.lost} lost answers, ${crashes} crashes of Medusa, ${site.relay.counts.repeated} events delivered twice`
  )
}

export const openSite = (seed: number): Promise<Site> => Site.open(randomOf(seed))
