import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { pause } from '../harness/usage.ts'
import type { Seed } from '../load/seed.ts'
import { startServer, untilShared } from './plan.ts'
import type { ReplicasPlan, RunningServer } from './plan.ts'
import type { ReplicasProvider } from './provider.ts'

interface WaitingPlan extends ReplicasPlan {
  readonly counts: readonly number[]
  readonly waiting: number
  readonly settleMs: number
  readonly ms: number
}

const pollIntervalMs = 5_000

/** Waiting checkouts, shared among servers, beside one server with its share of them. */
export async function waiting(plan: WaitingPlan): Promise<readonly Line[]> {
  const lines: Line[] = []
  for (const servers of plan.counts) {
    const each = Math.round(plan.waiting / servers)
    const one = await measure(1, each, plan)
    const all = await measure(servers, plan.waiting, plan)
    lines.push(...linesOf(servers, plan.waiting, one, all))
  }
  return lines
}

type Found = Awaited<ReturnType<typeof measure>>

function linesOf(servers: number, count: number, one: Found, all: Found): readonly Line[] {
  const many = count.toLocaleString('en-GB')
  const least = (all.count * all.ms) / pollIntervalMs
  return [
    {
      what: `${servers} servers, ${many} waiting, polled every 5 s: polls (baseline: ${servers} × one server with its share)`,
      unit: '1/s',
      baseline: [one.perSecond * servers],
      ours: [all.perSecond],
      goal: { ratioAtLeast: 0.9 },
    },
    {
      what: '– polls in all (baseline: the least possible)',
      unit: 'number',
      baseline: [least],
      ours: [all.polls],
      goal: { ratioAtMost: 1.02 },
    },
    {
      what: '– the delay of the earliest poll',
      unit: 'ms',
      ours: [all.shortest - pollIntervalMs],
      goal: { atLeast: 0 },
    },
    { what: '– taken over by another server meanwhile', unit: 'number', ours: [all.takenUp] },
    {
      what: '– worker lag, p99 (baseline: the one server)',
      unit: 'ms',
      baseline: [one.lagP99],
      ours: [all.lagP99],
    },
    {
      what: '– processor time of all servers (baseline: the same)',
      unit: '% of a core',
      baseline: [one.share * servers * 100],
      ours: [all.share * 100],
    },
    {
      what: '– commits of PostgreSQL for each waiting checkout and minute',
      unit: 'number',
      ours: [all.commitsPerMinute],
      goal: { atMost: 0.05 },
    },
    {
      what: '– the same for each server and second, however many wait',
      unit: 'number',
      ours: [(all.commitsPerMinute * count) / 60 / servers],
    },
  ]
}

async function measure(count: number, carts: number, plan: WaitingPlan) {
  const { folder, postgres, settleMs, ms, note } = plan
  note(`waiting: ${carts} with ${count} server(s)`)
  const databaseUrl = await postgres.newDatabase()
  const seed = await startChild<Seed>(folder, 'test/bench/load/seed.js', { core: 'clients' })
  const rows = { databaseUrl, count: carts, sessions: 0, pollIntervalMs, oneStartingIn: 0 }
  await seed.ask('seed', rows)
  await seed.stop()
  const provider = await startChild<ReplicasProvider>(folder, 'test/bench/replicas/provider.js', {
    core: 'clients',
  })
  const servers: RunningServer[] = []
  try {
    const urls = await provider.ask('listen', { pollIntervalMs, carts, servers: count })
    for (const url of urls) servers.push(await startServer(plan, url, databaseUrl))
    await untilShared(servers)
    await pause(settleMs)
    const commits = await commitsOf(plan, databaseUrl)
    await provider.ask('begin')
    for (const { child } of servers) await child.ask('begin')
    await pause(ms)
    const theirs = await provider.ask('end')
    const ours = await Promise.all(servers.map(({ child }) => child.ask('end')))
    const minutes = theirs.ms / 60_000
    const found = {
      ...{ count: carts, ...theirs, perSecond: theirs.polls / (theirs.ms / 1_000) },
      share: ours.reduce((sum, { share }) => sum + share, 0),
      lagP99: Math.max(...ours.map(({ lagP99 }) => lagP99)),
      commitsPerMinute: ((await commitsOf(plan, databaseUrl)) - commits) / carts / minutes,
    }
    note(`waiting: ${JSON.stringify(found)}`)
    return found
  } finally {
    await Promise.all([provider.stop(), ...servers.map(({ child }) => child.stop())])
  }
}

/** [postgresql] transactions that only read are counted as well. */
async function commitsOf({ postgres }: ReplicasPlan, databaseUrl: string): Promise<number> {
  const name = new URL(databaseUrl).pathname.slice(1)
  const [row] = await postgres.query(
    `select xact_commit::int as commits from pg_stat_database where datname = '${name}'`,
  )
  return Number(row?.['commits'])
}
