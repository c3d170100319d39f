import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import type { CallerCommands } from './caller.ts'
import type { Paced } from './paced.ts'
import type { CheckProvider } from './provider.ts'

interface ChecksPlan {
  readonly folder: string
  readonly ms: number
  readonly pacedMs: number
  readonly profile?: string | undefined
}

const inFlight = 64
const pacedCarts = 300
const pace = 1_000

/** Asking the provider how it stands: the most frequent call of all. */
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
  note(`checks: ${pacedCarts} carts polled every ${pace} ms`)
  const gaps = await measurePace(plan)
  return [
    {
      what: `CheckCart, ${inFlight} at a time: processor time`,
      unit: 'µs',
      ...cpu,
      goal: { ratioAtMost: 1.3 },
    },
    { what: `CheckCart, ${inFlight} at a time`, unit: '1/s', ...perSecond },
    {
      what: `${pacedCarts} carts polled every ${pace} ms: the delay of the earliest poll`,
      unit: 'ms',
      ours: [Math.min(...gaps) - pace],
      goal: { atLeast: 0 },
    },
    { what: 'The same, p99', unit: 'ms', ours: [quantile(gaps, 0.99) - pace] },
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
async function measurePace({ folder, pacedMs }: ChecksPlan): Promise<readonly number[]> {
  const provider = await startProvider(folder)
  const paced = await startChild<Paced>(folder, 'test/bench/checks/paced.js', { core: 'server' })
  try {
    const port = await provider.ask('listen')
    await provider.ask('note')
    await paced.ask('watch', { port, carts: pacedCarts, ms: pacedMs })
    return await provider.ask('gaps')
  } finally {
    await Promise.all([provider.stop(), paced.stop()])
  }
}

const startProvider = (folder: string) =>
  startChild<CheckProvider>(folder, 'test/bench/checks/provider.js', { core: 'world' })
