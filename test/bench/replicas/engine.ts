import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { pause } from '../harness/usage.ts'
import { newDatabase } from '../load/plan.ts'
import type { LoadPlan } from '../load/plan.ts'
import type { LoadProvider } from '../load/provider.ts'
import type { Seed } from '../load/seed.ts'
import type { LoadServer } from '../load/server.ts'
import type { BareEngine } from './bare-engine.ts'

interface EnginePlan extends LoadPlan {
  /** How many checkouts wait. */
  readonly count: number
  readonly runs: number
  readonly settleMs: number
  readonly ms: number
}

type Side = 'ours' | 'baseline'
type Found = Awaited<ReturnType<typeof measure>>

const sides = ['baseline', 'ours'] as const
const pollIntervalMs = 5_000
/** The rest is left for starts and streams. */
const usableShare = 0.75

/** How many waiting checkouts a core can handle, beside a bare engine, with Node's default flags. */
export async function engine(plan: EnginePlan): Promise<readonly Line[]> {
  const found: Record<Side, Found[]> = { baseline: [], ours: [] }
  for (let run = 1; run <= plan.runs; run++)
    for (const side of sides) {
      plan.note(`engine: ${side}, run ${run} of ${plan.runs}`)
      found[side].push(await measure(side, plan))
    }
  const both = (value: (one: Found) => number) => ({
    baseline: found.baseline.map(value),
    ours: found.ours.map(value),
  })
  const many = plan.count.toLocaleString('en-GB')
  return [
    {
      what: `${many} waiting, polled every 5 s: processor time of a poll (baseline: a bare engine)`,
      unit: 'µs',
      ...both(({ cpuPerPoll }) => cpuPerPoll),
    },
    {
      what: `– waiting checkouts for which ${usableShare * 100} % of a core is enough`,
      unit: 'number',
      ...both(({ cpuPerPoll }) => (usableShare * pollIntervalMs * 1_000) / cpuPerPoll),
      goal: { ratioAtLeast: 0.8 },
    },
    {
      what: '– lag, p99',
      unit: 'ms',
      ...both(({ lagP99 }) => lagP99),
      goal: { ratioAtMost: 2 },
    },
    {
      what: '– polls made, of those that were due',
      unit: '%',
      ...both(({ asked }) => asked * 100),
    },
  ]
}

async function measure(side: Side, plan: EnginePlan) {
  const { folder, count, settleMs, ms, note } = plan
  const provider = await startChild<LoadProvider>(folder, 'test/bench/load/provider.js', {
    core: 'clients',
  })
  const carts = { pollIntervalMs, delayMs: 0, carts: count, oneApprovedIn: 0 }
  const apiUrl = await provider.ask('listen', carts)
  const polling = side === 'ours' ? await ourServer(plan, apiUrl) : await bare(plan, apiUrl)
  try {
    await pause(settleMs)
    await provider.ask('begin')
    await polling.ask('begin')
    await pause(ms)
    const { cpu, lagP99 } = await polling.ask('end')
    const { polls } = await provider.ask('end')
    const asked = polls / ((count * ms) / pollIntervalMs)
    const found = { lagP99, asked, cpuPerPoll: cpu / polls }
    note(`engine: ${JSON.stringify(found)}`)
    return found
  } finally {
    await Promise.all([provider.stop(), polling.stop()])
  }
}

async function ourServer({ folder, profile, count }: EnginePlan, apiUrl: string) {
  const databasePath = newDatabase(folder)
  const seed = await startChild<Seed>(folder, 'test/bench/load/seed.js', { core: 'clients' })
  const databaseUrl = `file:${databasePath}`
  await seed.ask('seed', { databaseUrl, count, sessions: 0, pollIntervalMs, oneStartingIn: 0 })
  await seed.stop()
  const server = await startChild<LoadServer>(folder, 'test/bench/load/server.js', {
    core: 'server',
    profile,
  })
  await server.ask('start', { apiUrl, databasePath })
  return server
}

async function bare({ folder, count: carts }: EnginePlan, apiUrl: string) {
  const file = 'test/bench/replicas/bare-engine.js'
  const engine = await startChild<BareEngine>(folder, file, { core: 'server' })
  await engine.ask('start', { apiUrl, carts, pollIntervalMs })
  return engine
}
