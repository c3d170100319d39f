import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { quantile } from '../harness/statistics.ts'
import type { Browsers } from './browsers.ts'
import type { NotifyBaseline } from './notify-baseline.ts'
import { startServer, untilShared } from './plan.ts'
import type { ReplicasPlan, RunningServer } from './plan.ts'

interface RemotePlan extends ReplicasPlan {
  readonly runs: number
  readonly count: number
}

/** So slow that no scheduled poll gets between a callback and its answer. */
const slowPollIntervalMs = 30_000

type Ours = Awaited<ReturnType<typeof measureOurs>>

/** How soon a browser at one server knows of a callback that another one got. */
export async function remote(plan: RemotePlan): Promise<readonly Line[]> {
  const ours: Ours[] = []
  const baseline: Awaited<ReturnType<typeof measureBaseline>>[] = []
  for (let run = 1; run <= plan.runs; run++) {
    plan.note(`remote: run ${run} of ${plan.runs}`)
    baseline.push(await measureBaseline(plan))
    ours.push(await measureOurs(plan))
  }
  const lineOf = (what: string, side: keyof Ours, share: number, most: number): Line => ({
    what: `${what}, p${share * 100}`,
    unit: 'ms',
    baseline: baseline.map(
      ({ took, roundTrips }) => quantile(took, share) + quantile(roundTrips, share),
    ),
    ours: ours.map((found) => quantile(found[side], share)),
    goal: { ratioAtMost: most },
  })
  const here = 'Callback at A, which owns the checkout → new status in a browser at B'
  const there = 'Callback at A → new status in a browser at B, which owns the checkout'
  return [
    lineOf(here, 'here', 0.5, 1.5),
    lineOf(here, 'here', 0.99, 2),
    lineOf(there, 'there', 0.5, 1.5),
    lineOf(there, 'there', 0.99, 2),
  ]
}

const startBrowsers = ({ folder }: RemotePlan) =>
  startChild<Browsers>(folder, 'test/bench/replicas/browsers.js', { core: 'clients' })

async function measureOurs(plan: RemotePlan) {
  const databaseUrl = await plan.postgres.newDatabase()
  const browsers = await startBrowsers(plan)
  const servers: RunningServer[] = []
  try {
    const apiUrl = await browsers.ask('provide', slowPollIntervalMs)
    const a = await startServer(plan, apiUrl, databaseUrl)
    servers.push(a)
    const b = await startServer(plan, apiUrl, databaseUrl)
    servers.push(b)
    await untilShared(servers)
    return await browsers.ask('callbacks', {
      ...{ callbackPort: a.port, streamPort: b.port, count: plan.count * 2 },
      partitions: await a.child.ask('partitions'),
    })
  } finally {
    await Promise.all([browsers.stop(), ...servers.map(({ child }) => child.stop())])
  }
}

async function measureBaseline(plan: RemotePlan) {
  const databaseUrl = await plan.postgres.newDatabase()
  const file = 'test/bench/replicas/notify-baseline.js'
  const start = () => startChild<NotifyBaseline>(plan.folder, file, { core: 'server' })
  const [browsers, a, b] = [await startBrowsers(plan), await start(), await start()]
  try {
    const { count } = plan
    const apiUrl = await browsers.ask('provide', slowPollIntervalMs)
    const callbackPort = await a.ask('takeCallbacks', databaseUrl)
    const streamPort = await b.ask('serveStreams', databaseUrl)
    const took = await browsers.ask('baseline', { callbackPort, streamPort, count })
    return { took, roundTrips: await browsers.ask('roundTrips', { apiUrl, count }) }
  } finally {
    await Promise.all([browsers.stop(), a.stop(), b.stop()])
  }
}
