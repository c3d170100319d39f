/**
 * Runs new scenarios until the wanted number is reached: `tsx test/money/long.ts --runs 50000`, and of one rail alone with
 * `--rail pos`; `--jobs 2` runs them in two processes, each from seeds of its own. A failing scenario is shrunk
 * and printed as it belongs into regressions.ts, with the seed and the path that lead to it again. At the end, every cell of
 * status × input × fault that can occur must have occurred, in a run that is long enough for that.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { addCells } from './cells/cells.ts'
import type { Cells } from './cells/cells.ts'
import { reportCells } from './cells/report.ts'
import { exploreAll } from './explore/run.ts'
import { runScenario } from './model.ts'
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
    explore: { type: 'string' },
    only: { type: 'string', default: '' },
    /** One of several jobs: its cells go to the process that started it. */
    part: { type: 'boolean', default: false },
  },
})
/** Instead of random scenarios, all orders of what may happen, up to this depth; `--only manual` for some of them. */
if (values.explore !== undefined) {
  await exploreAll(Number(values.explore), values.only)
  process.exit(0)
}
const wanted = Number(values.runs)
const batchSize = 500
/** `till` is the former name of `pos`. */
const rail = values.rail === 'till' ? 'pos' : values.rail
const rails = railNames.filter((name) => rail === undefined || name === rail)
if (rails.length === 0) throw new Error(`--rail must be one of ${railNames.join(', ')}`)

/** What one rail alone does not meet is not missing. */
const isAllRails = rails.length === railNames.length

const jobs = Number(values.jobs)
if (jobs > 1) process.exit(await inProcesses(jobs))

for (const { title, script: scenario } of regressions) {
  await runScenario(scenario).catch((error: unknown) => {
    console.error(`A regression fails again: ${title}`)
    throw error
  })
}

/** Returns the exit code: 1 as soon as one process finds a failure, which stops the others. */
async function inProcesses(count: number): Promise<number> {
  const all: Cells = new Map()
  const first = values.seed === undefined ? Date.now() % 2 ** 30 : Number(values.seed)
  const railOption = rail === undefined ? [] : ['--rail', rail]
  const children = Array.from({ length: count }, (_, index) => {
    // So far apart that they never meet.
    const seed = String(first + index * 1_000_000)
    const runs = String(Math.ceil(wanted / count))
    const args = [...process.execArgv, fileURLToPath(import.meta.url), '--part', '--runs', runs]
    const child = spawn(process.execPath, [...args, '--seed', seed, ...railOption], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    })
    child.on('message', (cells) => addCells(all, cells as [string, number][]))
    return child
  })
  const codes = children.map(
    (child) => new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1))),
  )
  const failed = codes.map(async (code) => ((await code) === 0 ? new Promise<never>(() => {}) : 1))
  const code = await Promise.race([...failed, Promise.all(codes).then(() => 0)])
  for (const child of children) child.kill()
  if (code === 0 && isAllRails && !reportCells(all, wanted)) return 1
  return code
}

async function runOne(scenario: Script): Promise<void> {
  const { paid, refunded, exceptions, cells } = await runScenario(scenario)
  addCells(allCells, cells)
  totals.paid += paid
  totals.refunded += refunded
  for (const exception of exceptions)
    exceptionCounts.set(exception, (exceptionCounts.get(exception) ?? 0) + 1)
}

const firstSeed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
const began = Date.now()
let completed = 0
const totals = { paid: 0, refunded: 0 }
const allCells: Cells = new Map()
/** Scenarios that used an exception of the oracle, by its name. */
const exceptionCounts = new Map<string, number>()
for (let seed = firstSeed; completed < wanted; seed++) {
  const details = await fc.check(fc.asyncProperty(script(rails), runOne), {
    seed,
    numRuns: Math.min(batchSize, wanted - completed),
    ...(values.path !== undefined && { path: values.path }),
  })
  completed += details.numRuns
  if (details.failed) {
    const { counterexample, counterexamplePath, errorInstance } = details
    console.error(JSON.stringify(counterexample?.[0], null, 2))
    console.error(errorInstance)
    console.error(`after ${completed} scenarios; --seed ${seed} --path ${counterexamplePath ?? ''}`)
    process.exit(1)
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  const { paid, refunded } = totals
  console.log(
    `${completed} of ${wanted} scenarios, ${seconds} s, seed ${seed}: ${paid} payments, ${refunded} refunds; ` +
      `tolerated: ${[...exceptionCounts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none'}`,
  )
}
await awaitAbandoned()
if (values.part) process.send?.([...allCells], () => process.exit(0))
else process.exit(isAllRails && !reportCells(allCells, completed) ? 1 : 0)
