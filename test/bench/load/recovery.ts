import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startChild } from '../harness/child.ts'
import { canPin } from '../harness/machine.ts'
import { environment } from '../harness/order.ts'
import type { Line } from '../harness/report.ts'
import { pause } from '../harness/usage.ts'
import { newDatabase } from './plan.ts'
import type { LoadPlan } from './plan.ts'
import type { LoadProvider } from './provider.ts'
import type { Seed } from './seed.ts'

export interface RecoveryPlan extends LoadPlan {
  readonly runs: number
  readonly count: number
}

const pollIntervalMs = 5_000
/** Slow enough that simultaneous polls would be noticed. */
const delayMs = 100
/** A tenth was being sent, another tenth has been approved meanwhile. */
const oneIn = 10
/** What the adapter may have open. */
const maxConnections = 256

/** A process that starts on a database full of unfinished checkouts. */
export async function recovery(plan: RecoveryPlan): Promise<readonly Line[]> {
  const found = []
  for (let run = 1; run <= plan.runs; run++) {
    plan.note(`recovery: ${plan.count} unfinished, run ${run} of ${plan.runs}`)
    found.push(await measure(plan))
  }
  const after = `${plan.count.toLocaleString('en-GB')} unfinished`
  return [
    {
      what: `${after}: from the start of the process until \`ready\``,
      unit: 's',
      ours: found.map(({ readyMs }) => readyMs / 1_000),
      goal: { atMost: 2 },
    },
    {
      what: '– calls to the provider at once, at most',
      unit: 'number',
      ours: found.map(({ maxInFlight }) => maxInFlight),
      goal: { atMost: maxConnections },
    },
    {
      what: '– polled within one interval of being ready',
      unit: '%',
      ours: found.map(({ asked }) => asked * 100),
    },
    {
      what: '– approved meanwhile, and confirmed once',
      unit: '%',
      ours: found.map(({ confirmed }) => confirmed * 100),
      goal: { atLeast: 100 },
    },
    {
      what: '– requests to phones sent again',
      unit: 'number',
      ours: found.map(({ sentAgain }) => sentAgain),
      goal: { atMost: 0 },
    },
  ]
}

async function measure({ folder, count }: RecoveryPlan) {
  const databasePath = newDatabase(folder)
  const seed = await startChild<Seed>(folder, 'test/bench/load/seed.js', { core: 'clients' })
  const databaseUrl = `file:${databasePath}`
  await seed.ask('seed', { databaseUrl, count, sessions: 0, pollIntervalMs, oneStartingIn: oneIn })
  await seed.stop()
  const provider = await startChild<LoadProvider>(folder, 'test/bench/load/provider.js', {
    core: 'clients',
  })
  try {
    const options = { pollIntervalMs, delayMs, carts: count, oneApprovedIn: oneIn }
    const apiUrl = await provider.ask('listen', options)
    const server = startMain(folder, apiUrl, databasePath)
    try {
      const readyMs = await server.ready
      await pause(pollIntervalMs)
      const { carts } = await provider.ask('end')
      await pause(1_000)
      const calls = await provider.ask('calls')
      return {
        readyMs,
        maxInFlight: await provider.ask('maxInFlight'),
        asked: carts / (count - count / oneIn),
        confirmed: (calls?.ConfirmCart ?? 0) / (count / oneIn),
        sentAgain: calls?.InsertCart ?? 0,
      }
    } finally {
      await server.stop()
    }
  } finally {
    await provider.stop()
  }
}

/** As in production: `node server/main.js`, and its log. */
function startMain(folder: string, apiUrl: string, databasePath: string) {
  const began = performance.now()
  const main = [process.execPath, join(folder, 'server/main.js')] as const
  const [program, ...parameters] = canPin ? (['taskset', '-c', '0', ...main] as const) : main
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment(apiUrl, `file:${databasePath}`), NODE_OPTIONS: '' },
  })
  const ended = once(child, 'exit')
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (lines: Buffer) => {
      if (lines.includes('"msg":"ready"')) resolve(performance.now() - began)
    })
    child.once('exit', () => reject(new Error('the server ended before it was ready')))
  })
  return {
    ready,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
