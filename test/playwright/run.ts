/**
 * `npm run test:playwright`, after `npm run build`: a shop that follows docs/testing-your-shop.md runs the page's own Playwright tests, with
 * the packages as they are published. Installs Playwright, and uses the browser of the other tests.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newConsumer } from '../packages/consumer.ts'
import { filesOf } from '../support/blocks.ts'
import { findBrowser } from '../support/browser.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))
if (!process.argv.includes('--installed')) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const options = { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' } as const
  if (spawnSync('npm', args, options).status !== 0)
    throw new Error('Playwright could not be installed')
}

const { executablePath, env, args } = await findBrowser()
const consumer = newConsumer()
try {
  const files = filesOf('docs/testing-your-shop.md')
  for (const name of ['shop.js', 'serve.js', 'checkout.ts', 'pay.spec.ts'])
    consumer.write(name, files.get(name) ?? '')
  const launchOptions = { executablePath, args, env: { ...process.env, ...env } }
  consumer.write(
    'playwright.config.js',
    `export default { reporter: 'list', use: ${JSON.stringify({ launchOptions })} }`,
  )
  for (const name of ['@playwright/test', 'playwright', 'playwright-core']) {
    mkdirSync(dirname(consumer.installed(name)), { recursive: true })
    symlinkSync(join(folder, 'node_modules', name), consumer.installed(name), 'junction')
  }
  const command = [join(folder, 'node_modules/@playwright/test/cli.js'), 'test']
  const { status } = spawnSync(process.execPath, command, {
    cwd: consumer.folder,
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
} finally {
  consumer.remove()
}
