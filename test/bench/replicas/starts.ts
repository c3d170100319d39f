import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import type { LoadProvider } from '../load/provider.ts'
import type { Starter } from '../load/starter.ts'
import { startServer } from './plan.ts'
import type { ReplicasPlan } from './plan.ts'
import type { StartsFloor } from './starts-baseline.ts'

interface StartsPlan extends ReplicasPlan {
  readonly runs: number
  readonly count: number
}

type Side = 'ours' | 'baseline'

const atOnce = 50
const warmUp = 200
/** Long enough that no scheduled poll gets in between. */
const slowPollIntervalMs = 30_000

/** Many shoppers press the button at once. */
export async function starts(plan: StartsPlan): Promise<readonly Line[]> {
  const perSecond: Record<Side, number[]> = { ours: [], baseline: [] }
  const p99: Record<Side, number[]> = { ours: [], baseline: [] }
  for (let run = 1; run <= plan.runs; run++)
    for (const side of ['baseline', 'ours'] as const) {
      plan.note(`starts: ${side}, run ${run} of ${plan.runs}`)
      const found = await measure(side, plan)
      perSecond[side].push(found.perSecond)
      p99[side].push(quantile(found.took, 0.99))
    }
  return [
    {
      what: `${atOnce} starts at a time, over HTTP and in two transactions of PostgreSQL`,
      unit: '1/s',
      ...perSecond,
      goal: { ratioAtLeast: 0.5 },
    },
    { what: '– until a start is answered, p99', unit: 'ms', ...p99 },
  ]
}

async function measure(side: Side, plan: StartsPlan) {
  const { folder, postgres, count } = plan
  const clients = { core: 'clients' } as const
  const provider = await startChild<LoadProvider>(folder, 'test/bench/load/provider.js', clients)
  const starter = await startChild<Starter>(folder, 'test/bench/load/starter.js', clients)
  const options = { pollIntervalMs: slowPollIntervalMs, delayMs: 0, carts: 0, oneApprovedIn: 0 }
  const apiUrl = await provider.ask('listen', options)
  const server = await start(side, plan, apiUrl, await postgres.newDatabase())
  try {
    const { port } = server
    const tokens =
      side === 'ours'
        ? await starter.ask('create', { port, count: count + warmUp })
        : Array.from({ length: count + warmUp }, (_, index) => `cs_${index}`)
    await starter.ask('start', { port, tokens: tokens.slice(0, warmUp), atOnce, from: 0 })
    const rest = tokens.slice(warmUp)
    return await starter.ask('start', { port, tokens: rest, atOnce, from: warmUp })
  } finally {
    await Promise.all([provider.stop(), starter.stop(), server.stop()])
  }
}

async function start(side: Side, plan: StartsPlan, apiUrl: string, databaseUrl: string) {
  if (side === 'ours') {
    const { child, port } = await startServer(plan, apiUrl, databaseUrl)
    return { port, stop: () => child.stop() }
  }
  const file = 'test/bench/replicas/starts-baseline.js'
  const child = await startChild<StartsFloor>(plan.folder, file, { core: 'server' })
  const port = await child.ask('start', { apiUrl, databaseUrl })
  return { port, stop: () => child.stop() }
}
