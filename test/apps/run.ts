/**
 * `npm run test:apps`, after `npm run build`: small apps of several frameworks take a payment in a browser. Installs the frameworks.
 * `-- --installed` uses those that are there.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
if (!process.argv.includes('--installed')) {
  const options = { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' } as const
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    options,
  )
  if (status !== 0) throw new Error('the frameworks could not be installed')
}
// The development builds of the frameworks have the checks: StrictMode runs effects twice, hydration warns.
process.env['NODE_ENV'] = 'development'
await import('./life-cycle.ts')
await import('./hot.ts')
await import('./rendered.ts')
await import('./types.ts')
