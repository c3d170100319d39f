/**
 * Tells new stories until so many are told: `tsx test/money/long.ts --runs 50000`, and of one way to pay alone with
 * `--rail till`; `--jobs 2` tells them in two processes, each from seeds of its own. A story that goes wrong is shrunk
 * and printed as it belongs into regressions.ts, with the seed and the path that lead to it again.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { tell } from './model.ts'
import { railNames } from './rails/rail.ts'
import { regressions } from './regressions.ts'
import type { Script } from './steps.ts'
import { script } from './arbitraries.ts'
import { awaitAbandoned } from './simulation.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    rail: { type: 'string' },
    jobs: { type: 'string', default: '1' },
  },
})
const wanted = Number(values.runs)
const atOnce = 500
const rails = railNames.filter((name) => values.rail === undefined || name === values.rail)
if (rails.length === 0) throw new Error(`--rail must be one of ${railNames.join(', ')}`)

const jobs = Number(values.jobs)
if (jobs > 1) process.exit(await inProcesses(jobs))

for (const { title, script: story } of regressions) {
  await tell(story).catch((error: unknown) => {
    console.error(`An old story goes wrong again: ${title}`)
    throw error
  })
}

/** Answers the exit code: that of the first that found something, for which the others are ended. */
async function inProcesses(count: number): Promise<number> {
  const first = values.seed === undefined ? Date.now() % 2 ** 30 : Number(values.seed)
  const rail = values.rail === undefined ? [] : ['--rail', values.rail]
  const children = Array.from({ length: count }, (_, index) => {
    // So far apart that they never meet.
    const seed = String(first + index * 1_000_000)
    const runs = String(Math.ceil(wanted / count))
    const args = [...process.execArgv, fileURLToPath(import.meta.url), '--runs', runs]
    return spawn(process.execPath, [...args, '--seed', seed, ...rail], { stdio: 'inherit' })
  })
  const codes = children.map(
    (child) => new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1))),
  )
  const failed = codes.map(async (code) => ((await code) === 0 ? new Promise<never>(() => {}) : 1))
  const code = await Promise.race([...failed, Promise.all(codes).then(() => 0)])
  for (const child of children) child.kill()
  return code
}

async function one(story: Script): Promise<void> {
  const { paid, refunded, exceptions } = await tell(story)
  came.paid += paid
  came.refunded += refunded
  for (const exception of exceptions) excused.set(exception, (excused.get(exception) ?? 0) + 1)
}

const firstSeed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
const began = Date.now()
let told = 0
const came = { paid: 0, refunded: 0 }
/** Stories that used an exception of the oracle, by its name. */
const excused = new Map<string, number>()
for (let seed = firstSeed; told < wanted; seed++) {
  const details = await fc.check(fc.asyncProperty(script(rails), one), {
    seed,
    numRuns: Math.min(atOnce, wanted - told),
    ...(values.path !== undefined && { path: values.path }),
  })
  told += details.numRuns
  if (details.failed) {
    const { counterexample, counterexamplePath, errorInstance } = details
    console.error(JSON.stringify(counterexample?.[0], null, 2))
    console.error(errorInstance)
    console.error(`after ${told} stories; --seed ${seed} --path ${counterexamplePath ?? ''}`)
    process.exit(1)
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  const { paid, refunded } = came
  console.log(
    `${told} of ${wanted} stories told, ${seconds} s, seed ${seed}: ${paid} payments, ${refunded} refunds; ` +
      `excused: ${[...excused].map(([name, count]) => `${name} ${count}`).join(', ') || 'none'}`,
  )
}
await awaitAbandoned()
process.exit(0)
