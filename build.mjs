import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const root = dirname(fileURLToPath(import.meta.url))
const at = (...path) => join(root, ...path)

const tsc = (project) =>
  execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at(project)], {
    stdio: 'inherit',
  })

/** The widget's types, with the protocol's beside them: an importer needs nothing of the server. */
function widgetTypes() {
  const types = at('node_modules/.cache/widget-types')
  rmSync(types, { recursive: true, force: true })
  tsc('widget/tsconfig.build.json')
  cpSync(join(types, 'widget'), at('dist/widget'), { recursive: true })
  cpSync(join(types, 'server/protocol'), at('dist/widget/protocol'), { recursive: true })
  for (const file of readdirSync(at('dist/widget'), { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    const path = at('dist/widget', file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      text
        .replaceAll('../../server/', '../')
        .replaceAll('../server/', './')
        .replaceAll(".ts'", ".js'"),
    )
  }
}

const tags = ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout']

/** For each element a module and an `.iife.js` for script tags, in `dist/widget/` all of them with types for bundlers. */
export async function buildWidget() {
  rmSync(at('dist/widget'), { recursive: true, force: true })
  for (const mode of [...tags.flatMap((tag) => [`${tag}:es`, `${tag}:iife`]), 'package']) {
    await build({ root, configFile: at('vite.config.ts'), logLevel: 'warn', mode })
  }
  widgetTypes()
  // Server-side rendering imports it where there is no window.
  for (const room of ['', 'pos/', 'avarda/']) {
    await import(pathToFileURL(at(`dist/widget/${room}index.js`)).href)
  }
}

/** `dist/server/`: plain JavaScript that Node runs as it is. */
function buildServer() {
  rmSync(at('dist/server'), { recursive: true, force: true })
  tsc('server/tsconfig.build.json')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildWidget()
  buildServer()
}
