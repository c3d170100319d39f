import { join } from 'node:path'
import { startChild } from '../harness/child.ts'
import type { Line } from '../harness/report.ts'
import { mean, quantile } from '../harness/statistics.ts'
import type { AnswersBaseline } from './baseline.ts'
import type { RealServer } from './server.ts'
import type { Delays, Clients } from './clients.ts'

export interface AnswersPlan {
  readonly folder: string
  readonly idleStreams: number
  readonly warmUp: number
  readonly count: number
  readonly profile?: string | undefined
}

/** So slow that no scheduled poll gets between a callback and its answer. */
const slowPollIntervalMs = 30_000
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

/** How soon a browser knows, when the provider has to be polled. */
export async function polling(
  plan: AnswersPlan,
  note: (text: string) => void,
): Promise<readonly Line[]> {
  const pollIntervalMs = 1_000
  note(`polling: ${plan.count} approvals polled every ${pollIntervalMs} ms`)
  const delays = await withServer('manual', pollIntervalMs, plan, (clients, port) =>
    clients.ask('approvals', { port, count: plan.count, pollIntervalMs }),
  )
  const what = `Approval → \`paid\` in the browser, asked every ${pollIntervalMs} ms`
  return [
    {
      what: `${what}: mean`,
      unit: 'ms',
      ours: [mean(delays)],
      goal: { atMost: pollIntervalMs / 2 + 50 },
    },
    { what: `${what}: p50`, unit: 'ms', ours: [quantile(delays, 0.5)] },
    { what: `${what}: p95`, unit: 'ms', ours: [quantile(delays, 0.95)] },
  ]
}

const measureCallbacks = (confirmation: 'callback' | 'manual', plan: AnswersPlan) =>
  withServer(confirmation, slowPollIntervalMs, plan, (clients, port) => {
    const { idleStreams, warmUp, count } = plan
    return clients.ask('callbacks', { port, idleStreams, warmUp, count })
  })

async function withServer<T>(
  confirmation: 'callback' | 'manual',
  pollIntervalMs: number,
  { folder, profile }: AnswersPlan,
  work: (clients: Awaited<ReturnType<typeof startClients>>, port: number) => Promise<T>,
): Promise<T> {
  const clients = await startClients(folder)
  const server = await startChild<RealServer>(folder, 'test/bench/answers/server.js', {
    core: 'server',
    profile,
  })
  try {
    const apiUrl = await clients.ask('provide', pollIntervalMs)
    const databasePath = newDatabase(folder)
    return await work(clients, await server.ask('start', { apiUrl, databasePath, confirmation }))
  } finally {
    await Promise.all([clients.stop(), server.stop()])
  }
}

async function measureBaseline({ folder, idleStreams, warmUp, count }: AnswersPlan) {
  const clients = await startClients(folder)
  const server = await startChild<AnswersBaseline>(folder, 'test/bench/answers/baseline.js', {
    core: 'server',
  })
  try {
    const apiUrl = await clients.ask('provide', slowPollIntervalMs)
    const port = await server.ask('start', newDatabase(folder))
    const took = await clients.ask('baseline', { port, idleStreams, warmUp, count })
    return { took, roundTrips: await server.ask('roundTrips', { apiUrl, count }) }
  } finally {
    await Promise.all([clients.stop(), server.stop()])
  }
}

const startClients = (folder: string) =>
  startChild<Clients>(folder, 'test/bench/answers/clients.js', { core: 'clients' })

const newDatabase = (folder: string) => join(folder, `checkout-${++databases}.db`)
