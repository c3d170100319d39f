import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import type { Emptied, LogWriter } from './log-writer.ts'
import { newDatabase } from './plan.ts'
import type { LoadPlan } from './plan.ts'

export interface CheckpointsPlan extends LoadPlan {
  readonly runs: number
  readonly groups: number
}

interface Found {
  readonly held: readonly number[]
  readonly longest: number
}

/** How long a commit blocks everything else, with SQLite's log emptied within commits, beside them, or never. */
export async function checkpoints(plan: CheckpointsPlan): Promise<readonly Line[]> {
  const found: Record<Emptied, Found[]> = { never: [], 'by commits': [], beside: [] }
  for (let run = 1; run <= plan.runs; run++) {
    for (const emptied of Object.keys(found) as Emptied[]) {
      plan.note(`checkpoints: ${emptied}, run ${run} of ${plan.runs}`)
      found[emptied].push(await measure(emptied, plan))
    }
  }
  const at = (emptied: Emptied, share: number) =>
    found[emptied].map(({ held }) => quantile(held, share))
  const linesOf = (share: number, name: string): Line[] => [
    {
      what: `Commits of 20 rows, ${name}: checkpoints beside them`,
      unit: 'ms',
      ours: at('beside', share),
      baseline: at('never', share),
      ...(share < 1 && { goal: { ratioAtMost: 2 } }),
    },
    {
      what: `– ${name}: checkpoints within them, as SQLite does by itself`,
      unit: 'ms',
      ours: at('by commits', share),
      baseline: at('never', share),
    },
  ]
  return [
    ...linesOf(0.99, 'p99'),
    ...linesOf(1, 'the longest'),
    {
      what: '– the log at its longest',
      unit: 'MB',
      ours: found.beside.map(({ longest }) => longest / 1e6),
      baseline: found['by commits'].map(({ longest }) => longest / 1e6),
      goal: { atMost: 40 },
    },
  ]
}

async function measure(emptied: Emptied, { folder, groups }: CheckpointsPlan): Promise<Found> {
  const writer = await startChild<LogWriter>(folder, 'test/bench/load/log-writer.js', {
    core: 'server',
  })
  try {
    return await writer.ask('write', { path: newDatabase(folder), emptied, groups })
  } finally {
    await writer.stop()
  }
}
