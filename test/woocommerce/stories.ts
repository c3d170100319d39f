/** Runs random order stories: some at a time, in a shop of their own for every confirmation of the payment server. */
import { randomOf } from '../support/random.ts'
import { Site } from './site.ts'
import type { Confirmation } from './site.ts'
import { Story } from './story.ts'
import { verdict } from './verdict.ts'
import type { Tally } from './verdict.ts'

const atATime = 10
const confirmations: readonly Confirmation[] = ['manual', 'automatic']

/** @returns a line for the log */
export async function runStories(
  count: number,
  seed: number,
  report: (line: string) => void = () => {},
): Promise<string> {
  const tally: Tally = { orders: 0, paid: 0, held: 0, refunds: 0, late: 0 }
  const mishaps = { crashes: 0, repeated: 0 }
  for (const [index, confirmation] of confirmations.entries()) {
    const site = await Site.open(confirmation, randomOf(seed + index))
    try {
      const stories = Array.from(
        { length: Math.ceil(count / confirmations.length) },
        (_, number) => new Story(site, number),
      )
      for (let from = 0; from < stories.length; from += atATime) {
        const batch = stories.slice(from, from + atATime)
        await Promise.all(batch.map((story) => story.tell()))
        await site.settle()
        for (const story of batch) await verdict(site, story, tally)
        report(`${confirmation}: ${from + batch.length} of ${stories.length} stories`)
      }
      mishaps.crashes += site.shop.counts.crashes
      mishaps.repeated += site.shop.counts.repeated
    } finally {
      await site.close()
    }
  }
  const { orders, paid, held, refunds, late } = tally
  return (
    `${count} stories, seed ${seed}: ${orders} orders, ${paid} paid (${late} after their cancellation), ${held} held, ` +
    `${refunds} refunds, ${mishaps.crashes} crashes of the shop, ${mishaps.repeated} events delivered twice`
  )
}
