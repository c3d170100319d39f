import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import { pause } from '../harness/usage.ts'
import type { Seed } from '../load/seed.ts'
import { startServer, untilShared } from './plan.ts'
import type { ReplicasPlan, RunningServer } from './plan.ts'
import type { ReplicasProvider } from './provider.ts'

interface TakeoverPlan extends ReplicasPlan {
  readonly runs: number
  readonly carts: number
}

const pollIntervalMs = 5_000
const servers = 3
/** Nobody takes longer than this. */
const maxMs = 20_000

type End = 'kill' | 'stop'

/** How soon the attempts of a server that ends are polled by another one. */
export async function takeover(plan: TakeoverPlan): Promise<readonly Line[]> {
  const found: Record<End, number[][]> = { kill: [], stop: [] }
  for (let run = 1; run <= plan.runs; run++)
    for (const end of ['kill', 'stop'] as const) {
      plan.note(`takeover: ${end}, run ${run} of ${plan.runs}`)
      found[end].push(await measure(end, plan))
    }
  const many = plan.carts.toLocaleString('en-GB')
  const p = (end: End, share: number) => found[end].map((delays) => quantile(delays, share) / 1e3)
  return [
    {
      what: `${servers} servers, ${many} waiting, one gets \`kill -9\`: until others poll what it owned, p99`,
      unit: 's',
      ours: p('kill', 0.99),
      goal: { atMost: 8 },
    },
    { what: '– p50', unit: 's', ours: p('kill', 0.5) },
    {
      what: '– one gets SIGTERM instead, p99',
      unit: 's',
      ours: p('stop', 0.99),
      goal: { atMost: 1 },
    },
    { what: '– p50', unit: 's', ours: p('stop', 0.5) },
  ]
}

async function measure(end: End, plan: TakeoverPlan): Promise<number[]> {
  const { folder, postgres, carts, note } = plan
  const databaseUrl = await postgres.newDatabase()
  const seed = await startChild<Seed>(folder, 'test/bench/load/seed.js', { core: 'clients' })
  const rows = { databaseUrl, count: carts, sessions: 0, pollIntervalMs, oneStartingIn: 0 }
  await seed.ask('seed', rows)
  await seed.stop()
  const provider = await startChild<ReplicasProvider>(folder, 'test/bench/replicas/provider.js', {
    core: 'clients',
  })
  const running: RunningServer[] = []
  try {
    const urls = await provider.ask('listen', { pollIntervalMs, carts, servers })
    for (const url of urls) running.push(await startServer(plan, url, databaseUrl))
    await untilShared(running)
    // At any moment of a lease and of the pace.
    await pause(pollIntervalMs + Math.random() * 2_000)
    const [first] = running
    if (!first) throw new Error('none runs')
    const partitions = await first.child.ask('partitions')
    const expected = await provider.ask('expect', { except: 0, partitions, carts })
    if (end === 'kill') process.kill(first.child.pid, 'SIGKILL')
    else void first.child.ask('close').catch(() => {})
    for (let waited = 0; waited < maxMs; waited += 500) {
      await pause(500)
      if ((await provider.ask('polled')).missing === 0) break
    }
    const { delays, missing } = await provider.ask('polled')
    note(`takeover: ${end}, ${delays.length} of ${expected} polled`)
    return [...delays, ...Array.from({ length: missing }, () => Infinity)]
  } finally {
    await Promise.all([provider.stop(), ...running.map(({ child }) => child.stop())])
  }
}
