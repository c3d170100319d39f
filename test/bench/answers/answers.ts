import { join } from 'node:path'
import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { mean, quantile } from '../harness/statistics.ts'
import type { AnswersBaseline } from './baseline.ts'
import type { RealServer } from './server.ts'
import type { Delays, World } from './world.ts'

export interface AnswersPlan {
  readonly folder: string
  readonly bystanders: number
  readonly warmUp: number
  readonly count: number
  readonly profile?: string | undefined
}

/** So slow that no scheduled poll gets between a callback and its answer. */
const slowPace = 30_000
let databases = 0

/** How soon a browser knows, when the provider calls back. */
export async function callbacks(
  plan: AnswersPlan,
  runs: number,
  note: (text: string) => void,
): Promise<readonly Line[]> {
  const baseline: (readonly number[])[] = []
  const roundTrips: (readonly number[])[] = []
  const byCallback: Delays[] = []
  const manual: Delays[] = []
  for (let run = 1; run <= runs; run++) {
    note(`callbacks: baseline, run ${run} of ${runs}`)
    const found = await measureBaseline(plan)
    baseline.push(found.took)
    roundTrips.push(found.roundTrips)
    note(`callbacks: ours, run ${run} of ${runs}`)
    byCallback.push(await measureCallbacks('callback', plan))
    manual.push(await measureCallbacks('manual', plan))
  }
  const lineOf = (what: string, share: number, ours: readonly (readonly number[])[]): Line => ({
    what: `${what}, p${share * 100}`,
    unit: 'ms',
    ours: ours.map((values) => quantile(values, share)),
    baseline: baseline.map((values, run) => {
      const trip = roundTrips[run] ?? []
      return quantile(values, share) + quantile(trip, share)
    }),
  })
  const byStatus = (delays: readonly Delays[], status: keyof Delays) =>
    delays.map((each) => each[status])
  const goals = { 0.5: { atMost: 1 }, 0.99: { atMost: 5 } }
  return [0.5, 0.99].flatMap((share): Line[] => {
    const goal = goals[share as keyof typeof goals]
    return [
      {
        ...lineOf(
          'Callback → new status in the browser, `callback`',
          share,
          byStatus(byCallback, 'confirming'),
        ),
        goal,
      },
      {
        ...lineOf(
          'Callback → new status in the browser, `manual`',
          share,
          byStatus(manual, 'confirming'),
        ),
        goal,
      },
      lineOf(
        'Callback → new status in the browser, `manual`, until `paid`',
        share,
        byStatus(manual, 'paid'),
      ),
      {
        what: `Of the baseline: the provider's answer alone, p${share * 100}`,
        unit: 'ms',
        baseline: roundTrips.map((values) => quantile(values, share)),
      },
    ]
  })
}

/** How soon a browser knows, when the provider has to be asked. */
export async function polling(
  plan: AnswersPlan,
  note: (text: string) => void,
): Promise<readonly Line[]> {
  const paceMs = 1_000
  note(`polling: ${plan.count} approvals polled every ${paceMs} ms`)
  const delays = await withServer('manual', paceMs, plan, (world, port) =>
    world.ask('approvals', { port, count: plan.count, paceMs }),
  )
  const what = `Approval → \`paid\` in the browser, asked every ${paceMs} ms`
  return [
    {
      what: `${what}: mean`,
      unit: 'ms',
      ours: [mean(delays)],
      goal: { atMost: paceMs / 2 + 50 },
    },
    { what: `${what}: p50`, unit: 'ms', ours: [quantile(delays, 0.5)] },
    { what: `${what}: p95`, unit: 'ms', ours: [quantile(delays, 0.95)] },
  ]
}

const measureCallbacks = (confirmation: 'callback' | 'manual', plan: AnswersPlan) =>
  withServer(confirmation, slowPace, plan, (world, port) => {
    const { bystanders, warmUp, count } = plan
    return world.ask('callbacks', { port, bystanders, warmUp, count })
  })

async function withServer<T>(
  confirmation: 'callback' | 'manual',
  paceMs: number,
  { folder, profile }: AnswersPlan,
  work: (world: Awaited<ReturnType<typeof startWorld>>, port: number) => Promise<T>,
): Promise<T> {
  const world = await startWorld(folder)
  const server = await startChild<RealServer>(folder, 'test/bench/answers/server.js', {
    core: 'server',
    profile,
  })
  try {
    const apiUrl = await world.ask('provide', paceMs)
    const databasePath = newDatabase(folder)
    return await work(world, await server.ask('start', { apiUrl, databasePath, confirmation }))
  } finally {
    await Promise.all([world.stop(), server.stop()])
  }
}

async function measureBaseline({ folder, bystanders, warmUp, count }: AnswersPlan) {
  const world = await startWorld(folder)
  const server = await startChild<AnswersBaseline>(folder, 'test/bench/answers/baseline.js', {
    core: 'server',
  })
  try {
    const apiUrl = await world.ask('provide', slowPace)
    const port = await server.ask('start', newDatabase(folder))
    const took = await world.ask('baseline', { port, bystanders, warmUp, count })
    return { took, roundTrips: await server.ask('roundTrips', { apiUrl, count }) }
  } finally {
    await Promise.all([world.stop(), server.stop()])
  }
}

const startWorld = (folder: string) =>
  startChild<World>(folder, 'test/bench/answers/world.js', { core: 'world' })

const newDatabase = (folder: string) => join(folder, `checkout-${++databases}.db`)
