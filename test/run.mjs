/**
 * `npm test`: every check in order, stopping at the first that fails. No shell in between, so that it is the same on
 * Windows; each runner writes to this terminal itself.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBrowser } from './support/browser.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The script behind a package's command: what npm would run, without the shell around it. */
function bin(packageName, command = packageName) {
  const folder = join(root, 'node_modules', packageName)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { bin: bins } = manifest
  return join(folder, typeof bins === 'string' ? bins : bins[command])
}

// Before anything else: a missing browser should be heard of now, and not after a minute.
const { executablePath, env } = await findBrowser()
const environment = { ...process.env, ...env, CHROME_PATH: executablePath }

const steps = [
  ['types', bin('typescript', 'tsc'), '-b'],
  ['lint', bin('eslint'), '.'],
  ['format', bin('prettier'), '--check', '.'],
  ['server tests', bin('vitest'), 'run'],
  ['build', join(root, 'build.mjs')],
  ['widget tests', bin('@web/test-runner', 'wtr')],
  ['size', bin('tsx'), 'test/size.ts'],
  ['packages', bin('vitest'), 'run', '--config', 'test/packages/vitest.config.ts'],
  ['end to end', bin('tsx'), 'test/e2e/run.ts'],
]

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`
const began = Date.now()
const done = []

for (const [name, ...command] of steps) {
  console.log(`\n── ${name}`)
  const since = Date.now()
  const options = { cwd: root, env: environment, stdio: 'inherit' }
  const { status, signal } = spawnSync(process.execPath, command, options)
  if (status !== 0) {
    console.error(`\n✘ ${name} failed (${signal ?? `exit ${status}`}) after ${seconds(since)}.`)
    process.exit(status || 1)
  }
  done.push(`${name} ${seconds(since)}`)
}
console.log(`\n✔ ${done.join(' · ')} · all in ${seconds(began)}`)
