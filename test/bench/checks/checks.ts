import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import type { CallerCommands } from './caller.ts'
import type { Polling } from './polling.ts'
import type { CheckProvider } from './provider.ts'

interface ChecksPlan {
  readonly folder: string
  readonly ms: number
  readonly pollingMs: number
  readonly profile?: string | undefined
}

const inFlight = 64
const polledCarts = 300
const pollIntervalMs = 1_000

/** Polling the provider: the most frequent call of all. */
export async function checks(
  plan: ChecksPlan,
  runs: number,
  note: (text: string) => void,
): Promise<readonly Line[]> {
  const perSecond: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
  const cpu: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
  for (let run = 1; run <= runs; run++) {
    for (const side of ['baseline', 'ours'] as const) {
      note(`checks: ${side}, run ${run} of ${runs}`)
      const found = await measure(side, plan)
      perSecond[side].push(found.perSecond)
      cpu[side].push(found.cpuPerCall)
    }
  }
  note(`checks: ${polledCarts} carts polled every ${pollIntervalMs} ms`)
  const gaps = await measurePollIntervals(plan)
  return [
    {
      what: `CheckCart, ${inFlight} at a time: processor time`,
      unit: 'µs',
      ...cpu,
      goal: { ratioAtMost: 1.3 },
    },
    { what: `CheckCart, ${inFlight} at a time`, unit: '1/s', ...perSecond },
    {
      what: `${polledCarts} carts polled every ${pollIntervalMs} ms: the delay of the earliest poll`,
      unit: 'ms',
      ours: [Math.min(...gaps) - pollIntervalMs],
      goal: { atLeast: 0 },
    },
    { what: 'The same, p99', unit: 'ms', ours: [quantile(gaps, 0.99) - pollIntervalMs] },
  ]
}

async function measure(side: 'ours' | 'baseline', { folder, ms, profile }: ChecksPlan) {
  const provider = await startProvider(folder)
  const caller = await startChild<CallerCommands>(folder, `test/bench/checks/${side}.js`, {
    core: 'server',
    profile: side === 'ours' ? profile : undefined,
  })
  try {
    const port = await provider.ask('listen')
    return await caller.ask('measure', { port, carts: inFlight, warmUpMs: ms / 2, ms })
  } finally {
    await Promise.all([provider.stop(), caller.stop()])
  }
}

/** As the provider sees it: the times between two polls about one cart. */
async function measurePollIntervals({ folder, pollingMs }: ChecksPlan): Promise<readonly number[]> {
  const provider = await startProvider(folder)
  const polling = await startChild<Polling>(folder, 'test/bench/checks/polling.js', {
    core: 'server',
  })
  try {
    const port = await provider.ask('listen')
    await provider.ask('note')
    await polling.ask('watch', { port, carts: polledCarts, ms: pollingMs })
    return await provider.ask('gaps')
  } finally {
    await Promise.all([provider.stop(), polling.stop()])
  }
}

const startProvider = (folder: string) =>
  startChild<CheckProvider>(folder, 'test/bench/checks/provider.js', { core: 'clients' })
