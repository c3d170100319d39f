import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))
let built: Promise<string> | null = null

/** The server as one plain file, made once in each process: a program that is started often must start fast. */
export function bundleServer(): Promise<string> {
  return (built ??= make())
}

async function make(): Promise<string> {
  // Below node_modules, so that what is not bundled is found from there.
  const folder = join(root, 'node_modules/.cache/tests', String(process.pid))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'main.js')
  await build({
    entryPoints: [join(root, 'server/main.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile },
  })
  return outfile
}
