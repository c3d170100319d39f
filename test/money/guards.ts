/**
 * Removes one guard after the other from a copy of the server and checks that a test catches it: `tsx test/money/guards.ts`,
 * or `--only amount` for those whose name contains that word. Slow, and not a part of `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { guards } from './guard-list.ts'
import type { Guard } from './guard-list.ts'
import type { RailName } from './rails/rail.ts'

interface Report {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

const root = fileURLToPath(new URL('../../', import.meta.url))
/** All projects that `tsconfig.json` refers to: the compiler refuses one that is missing, also where nothing of it is used. */
const copied = ['server', 'widget', 'integrations', 'demo', 'test']
const plain = ['package.json', 'tsconfig.json']

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    /** Scenarios per rail, for guards that only a scenario can catch. */
    runs: { type: 'string', default: '150' },
  },
})
const copy = mkdtempSync(join(tmpdir(), 'money-guards-'))
process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
for (const name of [...copied, ...plain]) {
  const filter = (path: string) => basename(path) !== 'node_modules'
  cpSync(join(root, name), join(copy, name), { recursive: true, force: true, filter })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
const include = ['test/**/*.test.ts']
const config = `export default ${JSON.stringify({ test: { include, testTimeout: 20_000 } })}\n`
writeFileSync(join(copy, 'vitest.config.ts'), config)

/** The first test that fails, file by file; null when all pass. */
function firstFailure(files: readonly string[], rail?: RailName): string | null {
  for (const file of files) {
    const failure = firstFailureIn(file, rail)
    if (failure !== null) return failure
  }
  return null
}

function firstFailureIn(file: string, rail?: RailName): string | null {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const options = ['--bail', '1', '--reporter', 'json', '--outputFile', report]
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...options, file], {
    cwd: copy,
    env: { ...process.env, MONEY_RUNS: values.runs, ...(rail && { MONEY_RAIL: rail }) },
    stdio: 'ignore',
  })
  if (status === 0) return null
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find((result) => result.status === 'failed')
  const message = testResults.find((result) => result.message !== '')?.message
  return failed?.fullName ?? message?.split('\n', 1)[0] ?? 'a file that could not run'
}

/** A name in the patch that no longer exists: a test that fails because of it proves nothing. */
function missingNames(): string | null {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const quietly = ['--noEmit', '--composite', 'false', '--emitDeclarationOnly', 'false']
  // Checked in full once; after that only what a patch has changed.
  quietly.push('--incremental', '--tsBuildInfoFile', join(copy, 'names.tsbuildinfo'))
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', 'server', ...quietly], {
    cwd: copy,
    encoding: 'utf8',
  })
  // Name or property not found, with or without a suggestion.
  return /error TS(?:2304|2339|2551|2552): .*/.exec(stdout)?.[0] ?? null
}

/** Removes the guard and runs its tests. Returns the verdict for the table. */
function checkGuard({ also = [], tests, rail, ...first }: Guard): {
  verdict: string
  isHeld: boolean
} {
  const sources = new Map<string, string>()
  try {
    for (const { file, from, to } of [first, ...also]) {
      const path = join(copy, file)
      const source = readFileSync(path, 'utf8')
      if (source.split(from).length !== 2)
        return { verdict: `${file} has changed: the patch no longer applies`, isHeld: false }
      if (!sources.has(path)) sources.set(path, source)
      writeFileSync(
        path,
        source.replace(from, () => to),
      )
    }
    const missing = missingNames()
    if (missing !== null) return { verdict: `the patch is out of date: ${missing}`, isHeld: false }
    const failure = firstFailure(tests, rail)
    return { verdict: failure ?? 'survived', isHeld: failure !== null }
  } finally {
    for (const [path, source] of sources) writeFileSync(path, source)
  }
}

const chosen = guards.filter(({ name }) => name.includes(values.only))
const all = [...new Set(chosen.flatMap(({ tests }) => tests))]
const before = firstFailure(all)
if (before !== null) {
  console.error(`A test fails with every guard in place: ${before}`)
  process.exit(1)
}
let isSound = true
console.log('| guard | the first test that fails without it |\n| --- | --- |')
for (const guard of chosen) {
  const { verdict, isHeld } = checkGuard(guard)
  isSound &&= isHeld
  console.log(`| ${guard.name} | ${verdict} |`)
}
process.exit(isSound ? 0 : 1)
