import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import { newDatabase } from './plan.ts'
import type { LoadPlan } from './plan.ts'
import type { LoadProvider } from './provider.ts'
import type { LoadServer } from './server.ts'
import type { StartsBaseline } from './starts-baseline.ts'
import type { Starter } from './starter.ts'
import type { LoadStore } from './store.ts'

export interface StartsPlan extends LoadPlan {
  readonly runs: number
  readonly count: number
  readonly ms: number
}

const atOnce = 50
/** Long enough that no scheduled poll gets in between. */
const slowPollIntervalMs = 30_000

/** Many shoppers press the button at once: each start is two durable writes and a call to the provider. */
export async function starts(plan: StartsPlan): Promise<readonly Line[]> {
  const perSecond: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
  const cpu: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
  const p99: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
  const writes: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
  for (let run = 1; run <= plan.runs; run++) {
    for (const side of ['baseline', 'ours'] as const) {
      plan.note(`starts: ${side}, run ${run} of ${plan.runs}`)
      const found = await measure(side, plan)
      perSecond[side].push(found.perSecond)
      cpu[side].push(found.cpuPerStart)
      p99[side].push(quantile(found.took, 0.99))
      writes[side].push(await measureWrites(side, plan))
    }
  }
  return [
    {
      what: `${atOnce} starts at a time, over HTTP and on disk twice`,
      unit: '1/s',
      ...perSecond,
      goal: { ratioAtLeast: 0.4 },
    },
    { what: '– processor time of a start', unit: 'µs', ...cpu },
    { what: '– until a start is answered, p99', unit: 'ms', ...p99 },
    { what: `${atOnce} writers, the store alone: changes on disk`, unit: '1/s', ...writes },
  ]
}

async function measure(side: 'ours' | 'baseline', { folder, profile, count }: StartsPlan) {
  const clients = { core: 'clients' } as const
  const provider = await startChild<LoadProvider>(folder, 'test/bench/load/provider.js', clients)
  const starter = await startChild<Starter>(folder, 'test/bench/load/starter.js', clients)
  const server = await startServer(side, folder, profile)
  try {
    const options = { pollIntervalMs: slowPollIntervalMs, delayMs: 0, carts: 0, oneApprovedIn: 0 }
    const port = await server.start(await provider.ask('listen', options), newDatabase(folder))
    const some = 200
    const tokens =
      side === 'ours'
        ? await starter.ask('create', { port, count: count + some })
        : Array.from({ length: count + some }, (_, index) => `cs_${index}`)
    await starter.ask('start', { port, tokens: tokens.slice(0, some), atOnce, from: 0 })
    const before = await server.cpuTime()
    const found = await starter.ask('start', {
      ...{ port, tokens: tokens.slice(some), atOnce },
      from: some,
    })
    return { ...found, cpuPerStart: ((await server.cpuTime()) - before) / count }
  } finally {
    await Promise.all([provider.stop(), starter.stop(), server.stop()])
  }
}

async function startServer(side: 'ours' | 'baseline', folder: string, profile: string | undefined) {
  if (side === 'baseline') {
    const baseline = await startBaseline(folder)
    return {
      start: (apiUrl: string, path: string) => baseline.ask('start', { apiUrl, path }),
      cpuTime: () => baseline.ask('cpuTime'),
      stop: () => baseline.stop(),
    }
  }
  const server = await startChild<LoadServer>(folder, 'test/bench/load/server.js', {
    core: 'server',
    profile,
  })
  return {
    start: (apiUrl: string, databasePath: string) => server.ask('start', { apiUrl, databasePath }),
    cpuTime: () => server.ask('cpuTime'),
    stop: () => server.stop(),
  }
}

async function measureWrites(
  side: 'ours' | 'baseline',
  { folder, ms }: StartsPlan,
): Promise<number> {
  const options = { path: newDatabase(folder), writers: atOnce, ms }
  const child =
    side === 'baseline'
      ? await startBaseline(folder)
      : await startChild<LoadStore>(folder, 'test/bench/load/store.js', { core: 'server' })
  try {
    return await child.ask('write', options)
  } finally {
    await child.stop()
  }
}

const startBaseline = (folder: string) =>
  startChild<StartsBaseline>(folder, 'test/bench/load/starts-baseline.js', { core: 'server' })
