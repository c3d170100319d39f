/**
 * The checks of integrations/woocommerce: its own tests, then random order scenarios. `--scenarios 1000` runs more of them, `--seed`
 * repeats a run. Skipped, in words, on a machine without PHP.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runScenarios } from './scenarios.ts'

const folder = fileURLToPath(new URL('../../integrations/woocommerce/', import.meta.url))
const { values } = parseArgs({
  options: { scenarios: { type: 'string', default: '20' }, seed: { type: 'string' } },
})

const has = (command: string) => spawnSync(command, ['--version']).status === 0

if (!has('php')) {
  console.log('Skipped the WooCommerce plugin: PHP is not installed (Debian: php-cli, phpunit).')
  process.exit(0)
}
if (has('phpunit')) {
  const { status } = spawnSync('phpunit', ['--colors=never'], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
} else console.log("Skipped the plugin's own tests: PHPUnit is not installed (Debian: phpunit).")

const seed = values.seed === undefined ? Date.now() % 2 ** 30 : Number(values.seed)
try {
  const isLong = Number(values.scenarios) > 100
  const report = isLong ? (line: string) => console.log(line) : undefined
  console.log(await runScenarios(Number(values.scenarios), seed, report))
} catch (error) {
  console.error(error)
  console.error(`with --seed ${seed}`)
  process.exit(1)
}
process.exit(0)
