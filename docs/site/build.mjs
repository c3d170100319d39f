/**
 * `npm run docs`: builds the documentation site into `docs/site/dist`. Brings its generator into this folder and builds the elements
 * first, so that working on the code does not need them; with `--installed`, what is there is used. Fails at a link that leads nowhere.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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

/** The built elements, for the page where their styling is tried. */
function copyElements() {
  const [from, to] = [at('../../widget/dist'), at('.cache/pages/public/elements')]
  for (const name of readdirSync(from)) {
    if (/^[\w-]+\.js$/.test(name)) cpSync(join(from, name), join(to, name))
  }
  cpSync(at('../../demo/storefront/static/gallery-form.js'), join(to, 'avarda-form.js'))
}

if (!process.argv.includes('--installed')) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  run('npm', args, { shell: process.platform === 'win32' })
  run(process.execPath, [at('../../build.mjs'), 'widget'])
}
copyPages()
copyElements()
run(process.execPath, [at('node_modules/vitepress/bin/vitepress.js'), 'build', '.'])
cpSync(at('../../llms.txt'), at('dist/llms.txt'))
// By the TypeScript of the server itself, which needs no build.
const print = `import { openApiDocument } from './server/http/openapi.ts'
  console.log(JSON.stringify(openApiDocument('https://pay.shop.is'), null, 2))`
const args = ['--import', 'tsx', '--input-type', 'module', '--eval', print]
writeFileSync(at('dist/openapi.json'), execFileSync(process.execPath, args, { cwd: at('../..') }))
