import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { pause } from '../harness/usage.ts'
import type { Readers } from '../streams/readers.ts'
import { newDatabase } from './plan.ts'
import type { LoadPlan } from './plan.ts'
import type { Health } from './health.ts'
import type { LoadProvider } from './provider.ts'
import type { Seed } from './seed.ts'
import type { LoadServer } from './server.ts'

export interface WaitingPlan extends LoadPlan {
  /** Tried one after the other until one fits. */
  readonly steps: readonly number[]
  readonly streams: number
  readonly settleMs: number
  readonly ms: number
}

const pollIntervalMs = 5_000
const maxShare = 0.75
const maxLagMs = 100
/** However many wait, a load balancer's probe is answered by then. */
const maxHealthMs = 250
/** Node's option for many waiting shoppers, from the operations guide. */
const forMany = ['--max-semi-space-size=32']

type Found = Awaited<ReturnType<typeof measure>>

/** How many waiting checkouts one core can handle. */
export async function waiting(plan: WaitingPlan): Promise<readonly Line[]> {
  const found: Found[] = []
  for (const step of plan.steps) {
    plan.note(`waiting: ${step} checkouts`)
    const one = await measure(step, plan)
    found.push(one)
    plan.note(`waiting: ${JSON.stringify(one)}`)
    if (fits(one)) break
  }
  const fitting = found.find(fits)
  return [
    ...found.slice(0, 1).flatMap(linesOf),
    {
      what: 'Waiting checkouts that fit',
      unit: 'number',
      ours: [fitting?.count ?? 0],
      goal: { atLeast: plan.steps[0] ?? 0 },
    },
    ...(fitting && fitting !== found[0] ? linesOf(fitting) : []),
  ]
}

const fits = ({ server, provider }: Found): boolean =>
  server.share <= maxShare &&
  server.lagP99 <= maxLagMs &&
  provider.shortest >= pollIntervalMs &&
  // All of them must be polled.
  provider.askedShare > 0.95

function linesOf({ count, streams, server, provider, health }: Found): Line[] {
  const what = `${count.toLocaleString('en-GB')} waiting polled every ${pollIntervalMs / 1_000} s, ${streams.toLocaleString('en-GB')} streams`
  return [
    {
      what: `${what}: processor time`,
      unit: '% of a core',
      ours: [server.share * 100],
      goal: { atMost: maxShare * 100 },
    },
    { what: '– taken by others meanwhile', unit: '% of the core', ours: [server.others * 100] },
    { what: '– worker lag, p50', unit: 'ms', ours: [server.lagP50] },
    { what: '– worker lag, p99', unit: 'ms', ours: [server.lagP99], goal: { atMost: maxLagMs } },
    {
      what: '– the delay of the earliest poll',
      unit: 'ms',
      ours: [provider.shortest - pollIntervalMs],
      goal: { atLeast: 0 },
    },
    {
      what: '– the same as the provider sees it, p99',
      unit: 'ms',
      ours: [provider.p99 - pollIntervalMs],
    },
    { what: '– until `/healthz` is answered, p99', unit: 'ms', ours: [health.p99] },
    {
      what: '– until `/healthz` is answered, the longest',
      unit: 'ms',
      ours: [health.longest],
      goal: { atMost: maxHealthMs },
    },
    { what: '– polls', unit: '1/s', ours: [provider.perSecond] },
    { what: '– memory of the server', unit: 'MB', ours: [server.rss / 1e6] },
  ]
}

async function measure(count: number, { folder, profile, streams, settleMs, ms }: WaitingPlan) {
  const databasePath = newDatabase(folder)
  const seed = await startChild<Seed>(folder, 'test/bench/load/seed.js', { core: 'clients' })
  const databaseUrl = `file:${databasePath}`
  const options = { databaseUrl, count, sessions: streams, pollIntervalMs, oneStartingIn: 0 }
  const tokens = await seed.ask('seed', options)
  await seed.stop()

  const provider = await startChild<LoadProvider>(folder, 'test/bench/load/provider.js', {
    core: 'clients',
  })
  const server = await startChild<LoadServer>(folder, 'test/bench/load/server.js', {
    core: 'server',
    profile,
    flags: forMany,
  })
  const readers = await startChild<Readers>(folder, 'test/bench/streams/readers.js', {
    core: 'clients',
  })
  const health = await startChild<Health>(folder, 'test/bench/load/health.js', { core: 'clients' })
  try {
    const carts = { pollIntervalMs, delayMs: 0, carts: count, oneApprovedIn: 0 }
    const apiUrl = await provider.ask('listen', carts)
    const port = await server.ask('start', { apiUrl, databasePath })
    await readers.ask('open', { port, tokens, inFlight: 16 })
    await pause(settleMs)
    await provider.ask('begin')
    await server.ask('begin')
    await health.ask('begin', port)
    await pause(ms)
    const [mine, theirs] = [await server.ask('end'), await provider.ask('end')]
    const probed = await health.ask('end')
    const perSecond = theirs.polls / (ms / 1_000)
    const askedShare = perSecond / (count / ((pollIntervalMs + 1) / 1_000))
    const asked = { ...theirs, perSecond, askedShare }
    return { count, streams, server: mine, provider: asked, health: probed }
  } finally {
    await Promise.all([provider.stop(), server.stop(), readers.stop(), health.stop()])
  }
}
