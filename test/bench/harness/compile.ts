import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Plain JavaScript, as it runs in production: a loader that compiles at run time would be measured too. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
}

export interface Build {
  readonly folder: string
  remove(): void
}

/** Inside the repository, so that packages are found, and on a real disk: `/tmp` is memory on many machines. */
export function compile(): Build {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'bench-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const part of ['server', 'test/bench']) compileFolder(part, folder)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function compileFolder(part: string, folder: string): void {
  const files = readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
  // What a build has left in `dist` is not part of the sources.
  const isSource = (name: string) => name.endsWith('.ts') && !/^(dist|node_modules)\b/.test(name)
  for (const file of files.filter(isSource)) {
    const source = readFileSync(join(root, part, file), 'utf8')
    const { outputText } = ts.transpileModule(source, { compilerOptions: options, fileName: file })
    const target = join(folder, part, file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, outputText)
  }
}
