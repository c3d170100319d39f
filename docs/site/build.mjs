/**
 * `npm run docs`: builds the documentation site into `docs/site/dist`. Brings its generator into this folder first, so that
 * working on the code does not need it; with `--installed`, what is there is used. Fails at a link that leads nowhere.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const cwd = at('.')

function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', ...options })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
}

const generated = new Set(['node_modules', 'dist', '.git', '.cache', 'data', 'coverage'])

/** Every page of the repository and its pictures, at the same places. */
function copyPages() {
  const [root, pages] = [at('../..'), at('.cache/pages')]
  rmSync(pages, { recursive: true, force: true })
  const copy = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !generated.has(entry.name)) copy(path)
      if (/\.(md|png)$/.test(entry.name)) cpSync(join(root, path), join(pages, path))
    }
  }
  copy('.')
}

if (!process.argv.includes('--installed')) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  run('npm', args, { shell: process.platform === 'win32' })
}
copyPages()
run(process.execPath, [at('node_modules/vitepress/bin/vitepress.js'), 'build', '.'])
cpSync(at('../../llms.txt'), at('dist/llms.txt'))
