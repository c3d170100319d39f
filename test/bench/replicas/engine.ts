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
  /** Tried one after the other until one fits. */
  readonly steps: readonly number[]
  readonly settleMs: number
  readonly ms: number
}

type Side = 'ours' | 'baseline'
type Found = Awaited<ReturnType<typeof measure>>

const pollIntervalMs = 5_000
const mostShare = 0.75
const mostLagMs = 100
const leastAsked = 0.95

const fits = ({ share, lagP99, asked }: Found): boolean =>
  share <= mostShare && lagP99 <= mostLagMs && asked > leastAsked

/** How many waiting checkouts a core can handle, beside a bare engine, with Node's default flags. */
export async function engine(plan: EnginePlan): Promise<readonly Line[]> {
  const ours = await firstThatFits('ours', plan)
  const baseline = await firstThatFits('baseline', plan)
  const beside =
    baseline.count === ours.count ? baseline : await measure('baseline', ours.count, plan)
  const many = ours.count.toLocaleString('en-GB')
  return [
    {
      what: 'Waiting checkouts that one core can handle (baseline: a bare engine)',
      unit: 'number',
      baseline: [fits(baseline) ? baseline.count : 0],
      ours: [fits(ours) ? ours.count : 0],
      goal: { ratioAtLeast: 0.8 },
    },
    {
      what: `– with ${many}: processor time of a poll`,
      unit: 'µs',
      baseline: [beside.cpuPerPoll],
      ours: [ours.cpuPerPoll],
      goal: { ratioAtMost: 1.25 },
    },
    {
      what: `– with ${many}: lag, p99`,
      unit: 'ms',
      baseline: [beside.lagP99],
      ours: [ours.lagP99],
      goal: { ratioAtMost: 2 },
    },
  ]
}

async function firstThatFits(side: Side, plan: EnginePlan): Promise<Found> {
  let found: Found | undefined
  for (const step of plan.steps) {
    found = await measure(side, step, plan)
    if (fits(found)) break
  }
  if (!found) throw new Error('there are no steps')
  return found
}

async function measure(side: Side, count: number, plan: EnginePlan) {
  const { folder, settleMs, ms, note } = plan
  const provider = await startChild<LoadProvider>(folder, 'test/bench/load/provider.js', {
    core: 'clients',
  })
  const carts = { pollIntervalMs, delayMs: 0, carts: count, oneApprovedIn: 0 }
  const apiUrl = await provider.ask('listen', carts)
  const polling =
    side === 'ours' ? await ourServer(plan, apiUrl, count) : await bare(plan, apiUrl, count)
  try {
    await pause(settleMs)
    await provider.ask('begin')
    await polling.ask('begin')
    await pause(ms)
    const { share, lagP99 } = await polling.ask('end')
    const { polls } = await provider.ask('end')
    const asked = polls / ((count * ms) / pollIntervalMs)
    const found = { count, share, lagP99, asked, cpuPerPoll: (share * ms * 1_000) / polls }
    note(`engine: ${side}, ${JSON.stringify(found)}`)
    return found
  } finally {
    await Promise.all([provider.stop(), polling.stop()])
  }
}

async function ourServer({ folder, profile }: EnginePlan, apiUrl: string, count: number) {
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

async function bare({ folder }: EnginePlan, apiUrl: string, carts: number) {
  const file = 'test/bench/replicas/bare-engine.js'
  const engine = await startChild<BareEngine>(folder, file, { core: 'server' })
  await engine.ask('start', { apiUrl, carts, pollIntervalMs })
  return engine
}
