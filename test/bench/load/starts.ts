import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import { newDatabase } from './plan.ts'
import type { LoadPlan } from './plan.ts'
import type { LoadProvider } from './provider.ts'
import type { LoadServer } from './server.ts'
import type { StartsFloor } from './starts-floor.ts'
import type { Starter } from './starter.ts'
import type { LoadStore } from './store.ts'

export interface StartsPlan extends LoadPlan {
  readonly runs: number
  readonly count: number
  readonly ms: number
}

const atOnce = 50
/** Long enough that no question by the clock gets in between. */
const slowPace = 30_000

/** Many shoppers press the button at once: each start is two durable writes and a call to the provider. */
export async function starts(plan: StartsPlan): Promise<readonly Line[]> {
  const perSecond: Record<'ours' | 'floor', number[]> = { ours: [], floor: [] }
  const cpu: Record<'ours' | 'floor', number[]> = { ours: [], floor: [] }
  const p99: Record<'ours' | 'floor', number[]> = { ours: [], floor: [] }
  const writes: Record<'ours' | 'floor', number[]> = { ours: [], floor: [] }
  for (let run = 1; run <= plan.runs; run++) {
    for (const side of ['floor', 'ours'] as const) {
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

async function measure(side: 'ours' | 'floor', { folder, profile, count }: StartsPlan) {
  const world = { core: 'world' } as const
  const provider = await startChild<LoadProvider>(folder, 'test/bench/load/provider.js', world)
  const starter = await startChild<Starter>(folder, 'test/bench/load/starter.js', world)
  const server = await startServer(side, folder, profile)
  try {
    const wish = { paceMs: slowPace, delayMs: 0, carts: 0, oneApprovedIn: 0 }
    const port = await server.start(await provider.ask('listen', wish), newDatabase(folder))
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

async function startServer(side: 'ours' | 'floor', folder: string, profile: string | undefined) {
  if (side === 'floor') {
    const floor = await startFloor(folder)
    return {
      start: (apiUrl: string, path: string) => floor.ask('start', { apiUrl, path }),
      cpuTime: () => floor.ask('cpuTime'),
      stop: () => floor.stop(),
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

async function measureWrites(side: 'ours' | 'floor', { folder, ms }: StartsPlan): Promise<number> {
  const wish = { path: newDatabase(folder), writers: atOnce, ms }
  const child =
    side === 'floor'
      ? await startFloor(folder)
      : await startChild<LoadStore>(folder, 'test/bench/load/store.js', { core: 'server' })
  try {
    return await child.ask('write', wish)
  } finally {
    await child.stop()
  }
}

const startFloor = (folder: string) =>
  startChild<StartsFloor>(folder, 'test/bench/load/starts-floor.js', { core: 'server' })
