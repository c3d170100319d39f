import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { newDatabase } from './plan.ts'
import type { LoadPlan } from './plan.ts'
import type { LoadServer } from './server.ts'
import type { Shoppers } from './shoppers.ts'

export interface CallsPlan extends LoadPlan {
  readonly count: number
}

const pollIntervalMs = 1_000
/** The shortest that the configuration accepts. */
const windowMs = 30_000

/** How often the provider is called, compared with the fewest possible calls. */
export async function calls({ folder, note, count }: CallsPlan): Promise<readonly Line[]> {
  note(`calls: ${count} checkouts, approved, declined, canceled and left alone`)
  const shoppers = await startChild<Shoppers>(folder, 'test/bench/load/shoppers.js', {
    core: 'clients',
  })
  const server = await startChild<LoadServer>(folder, 'test/bench/load/server.js', {
    core: 'server',
  })
  try {
    const apiUrl = await shoppers.ask('provide', pollIntervalMs)
    const port = await server.ask('start', {
      apiUrl,
      databasePath: newDatabase(folder),
      env: { APPROVAL_WINDOW_SECONDS: String(windowMs / 1_000) },
    })
    const options = { port, count, pollIntervalMs, windowMs, withinMs: 20_000 }
    const found = await shoppers.ask('play', options)
    note(`calls: ${JSON.stringify(found)}`)
    return [
      {
        what: `Calls to the provider for ${count} checkouts of every outcome (baseline: the least possible)`,
        unit: 'number',
        ours: [found.called],
        baseline: [found.least],
        goal: { ratioAtMost: 1.02 },
      },
    ]
  } finally {
    await Promise.all([shoppers.stop(), server.stop()])
  }
}
