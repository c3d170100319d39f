/** Runs random order stories, some at a time, in a Medusa that is killed now and then. */
import { randomOf } from '../support/random.ts'
import { Site } from './site.ts'
import { Story } from './story.ts'
import { verdict } from './verdict.ts'
import type { Tally } from './verdict.ts'

const atATime = 10
/** After how many batches the process is killed while webhooks are being delivered. */
const crashEvery = 5

/** @returns a line for the log */
export async function runStories(
  site: Site,
  count: number,
  report: (line: string) => void = () => {},
): Promise<string> {
  const tally: Tally = { sessions: 0, paid: 0, refunds: 0, orders: 0 }
  let crashes = 0
  const stories = Array.from({ length: count }, (_, number) => new Story(site, number))
  for (let from = 0; from < stories.length; from += atATime) {
    const batch = stories.slice(from, from + atATime)
    await Promise.all(batch.map((story) => story.tell()))
    if ((from / atATime) % crashEvery === 1) {
      crashes++
      await Promise.all([site.deliver(), site.medusa.crash()])
    }
    await site.settle()
    for (const story of batch) await verdict(site, story, tally)
    report(`${from + batch.length} of ${stories.length} stories`)
  }
  const { sessions, paid, refunds, orders } = tally
  return (
    `${count} stories: ${sessions} payment sessions, ${paid} paid, ${orders} orders, ${refunds} refunds, ` +
    `${site.proxy.lost} lost answers, ${crashes} crashes of Medusa, ${site.relay.counts.repeated} events delivered twice`
  )
}

export const openSite = (seed: number): Promise<Site> => Site.open(randomOf(seed))
