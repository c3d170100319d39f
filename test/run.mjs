/**
 * `npm test`: every check, two at a time where there are two cores, stopping at the first that fails. There is no shell
 * in between, so it works the same on Windows. A step's output appears when the step has ended.
 */
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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

// Before anything else: report a missing browser now, and not after a minute.
const { executablePath, env } = await findBrowser()
const environment = {
  ...process.env,
  ...env,
  CHROME_PATH: executablePath,
  ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
}

/** In the order in which they start; a step that needs the build waits for it. */
const steps = [
  { name: 'types', command: [bin('typescript', 'tsc'), '-b'] },
  { name: 'build', command: [join(root, 'build.mjs')] },
  { name: 'server tests', command: [bin('vitest'), 'run'], needsBuild: true },
  { name: 'lint', command: [bin('eslint'), '.'] },
  { name: 'format', command: [bin('prettier'), '--check', '.'] },
  { name: 'widget tests', command: [bin('@web/test-runner', 'wtr')], needsBuild: true },
  {
    name: 'packages',
    command: [bin('vitest'), 'run', '--config', 'test/packages/vitest.config.ts'],
    needsBuild: true,
  },
  { name: 'size', command: [bin('tsx'), 'test/size.ts'], needsBuild: true },
  { name: 'WooCommerce', command: [bin('tsx'), 'test/woocommerce/run.ts'], needsBuild: true },
  { name: 'end to end', command: [bin('tsx'), 'test/e2e/run.ts', '--built'], needsBuild: true },
  { name: 'pictures', command: [bin('tsx'), 'test/pictures/run.ts'], needsBuild: true },
]
const lanes = Math.min(2, availableParallelism())

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`
const began = Date.now()
const waiting = [...steps]
const running = new Map()
const done = []

/** Starts what may start. */
function advance() {
  while (running.size < lanes) {
    const isBuilt = !waiting.concat([...running.keys()]).some(({ name }) => name === 'build')
    const index = waiting.findIndex(({ needsBuild }) => isBuilt || !needsBuild)
    if (index < 0) return
    start(...waiting.splice(index, 1))
  }
}

function start(step) {
  console.log(`▸ ${step.name}`)
  const since = Date.now()
  const options = { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] }
  const child = spawn(process.execPath, step.command, options)
  const output = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => output.push(chunk))
  running.set(step, child)
  child.once('close', (status, signal) => {
    running.delete(step)
    if (process.exitCode) return // another step has failed, and this one was stopped
    console.log(`\n── ${step.name}`)
    process.stdout.write(Buffer.concat(output))
    if (status === 0) {
      done.push(`${step.name} ${seconds(since)}`)
      advance()
      return
    }
    console.error(
      `\n✘ ${step.name} failed (${signal ?? `exit ${status}`}) after ${seconds(since)}.`,
    )
    process.exitCode = status || 1
    for (const other of running.values()) other.kill()
  })
}

process.once('exit', () => {
  if (!process.exitCode) console.log(`\n✔ ${done.join(' · ')} · all in ${seconds(began)}`)
})
advance()
