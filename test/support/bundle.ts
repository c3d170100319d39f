import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Below node_modules, so that what is not bundled is found from there. */
const folder = join(root, 'node_modules/.cache/tests', String(process.pid))
const made = new Map<string, Promise<string>>()

/** The server as one plain file, made once in each process: a program that is started often must start fast. */
export const bundleServer = () => bundle('main')

/** The same of the sources in another folder, which has its packages beside it. */
export const bundleServerIn = (from: string) => bundle('main', from)

/** The same of the command `netgiro-checkout`. */
export const bundleCommand = () => bundle('cli')

function bundle(name: string, from = root): Promise<string> {
  const known = made.get(from + name)
  if (known) return known
  if (made.size === 0) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = make(name, from, join(folder, `${made.size}-${name}.js`))
  made.set(from + name, path)
  return path
}

async function make(name: string, from: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [join(from, `server/${name}.ts`)],
    ...{ bundle: true, platform: 'node', format: 'esm', outfile },
    // Native code cannot be bundled; packages in CommonJS call `require`.
    external: ['libsql'],
    banner: { js: "var require = (await import('node:module')).createRequire(import.meta.url)" },
  })
  return outfile
}
