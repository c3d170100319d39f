import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { integrityOf } from './scripts/integrity.mjs'

const root = dirname(fileURLToPath(import.meta.url))
const at = (...path) => join(root, ...path)

const tsc = (project) =>
  execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at(project)], {
    stdio: 'inherit',
  })

/** Each package contains these beside its own README. */
function copyNotices(folder) {
  for (const name of ['LICENSE', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.md']) {
    cpSync(at(name), at(folder, name))
  }
}

const tags = ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout']
const scripts = [
  ...tags.flatMap((tag) => [`${tag}.js`, `${tag}.iife.js`]),
  // Imported by the elements when they need them.
  'netgiro-checkout-details.js',
  'netgiro-checkout-pl.js',
  'netgiro-checkout-layout.js',
  'netgiro-checkout-qr.js',
  'netgiro-extras.js',
  'netgiro-diagnosis.js',
]

/** Made by `npm run docs:elements`, for editors and for whoever writes code with the elements. */
const elementData = [
  'custom-elements.json',
  'vscode.html-custom-data.json',
  'web-types.json',
  'llms.txt',
]

/**
 * Builds `widget/dist/`: for each element a module and an `.iife.js` for script tags; in folders below,
 * for bundlers, every module with its types. The protocol is included, so an importer does not need the server.
 */
export async function buildWidget() {
  rmSync(at('widget/dist'), { recursive: true, force: true })
  for (const mode of [...scripts, 'modules']) {
    await build({ root, configFile: at('vite.config.ts'), logLevel: 'warn', mode })
  }
  tsc('widget/tsconfig.build.json')
  const hashes = integrityOf(at('widget/dist'), scripts)
  writeFileSync(at('widget/dist/integrity.json'), `${JSON.stringify(hashes, null, 2)}\n`)
  for (const file of elementData) cpSync(at('widget', file), at('widget/dist', file))
  cpSync(at('widget/types'), at('widget/dist/widget/types'), { recursive: true })
  copyNotices('widget')
}

/** Builds `server/dist/`: JavaScript for Node, the demo with its shop, simulators and pages, and the widget's scripts. */
function buildServer() {
  rmSync(at('server/dist'), { recursive: true, force: true })
  tsc('server/tsconfig.build.json')
  tsc('server/tsconfig.demo.json')
  for (const entry of readdirSync(at('server/dist/demo'), { withFileTypes: true })) {
    const folder = entry.name
    if (!entry.isDirectory()) continue
    cpSync(at('demo', folder), at('server/dist/demo', folder), {
      recursive: true,
      filter: (path) => !['.ts', '.md'].includes(extname(path)),
    })
  }
  for (const script of [...scripts, 'integrity.json']) {
    cpSync(at('widget/dist', script), at('server/dist/widget', script))
  }
  copyNotices('server')
}

/** Builds `integrations/client/dist/`. */
function buildClient() {
  rmSync(at('integrations/client/dist'), { recursive: true, force: true })
  tsc('integrations/client/tsconfig.build.json')
  tsc('integrations/client/testing/tsconfig.build.json')
  copyNotices('integrations/client')
}

/** Builds `integrations/medusa/dist/` with the types of the built client. */
function buildMedusa() {
  rmSync(at('integrations/medusa/dist'), { recursive: true, force: true })
  tsc('integrations/medusa/tsconfig.build.json')
  copyNotices('integrations/medusa')
}

/** `node build.mjs` builds everything; with `widget`, `server`, `client` or `medusa`, that package and what it needs alone. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , only] = process.argv
  const builds = (...names) => only === undefined || names.includes(only)
  if (builds('widget', 'server')) {
    await buildWidget()
    console.table(integrityOf(at('widget/dist'), scripts))
  }
  if (builds('server')) buildServer()
  if (builds('client', 'medusa')) buildClient()
  if (builds('medusa')) buildMedusa()
}
