import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** The packages, by name and folder. */
export const packages = [
  ['netgiro-checkout', 'widget'],
  ['netgiro-checkout-server', 'server'],
  ['netgiro-checkout-client', 'integrations/client'],
  ['netgiro-checkout-medusa', 'integrations/medusa'],
] as const

export interface Manifest {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A project that has installed only the packages, from their tarballs. */
export interface Consumer {
  readonly folder: string
  /** The folder of an installed package. */
  installed(name: string): string
  tarball(name: string): Uint8Array
  /** The paths of the tarballs. */
  readonly packed: readonly { readonly name: string; readonly tarball: string }[]
  write(name: string, text: string): string
  /** Runs a module in Node and returns its output; throws if it fails. */
  run(code: string): string
  remove(): void
}

/** Packs the built packages. Their dependencies are links into this repository, so no registry is needed. */
export function newConsumer(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'))
  const tarballs = new Map<string, string>()
  const installed = (name: string) => join(folder, 'node_modules', name)
  for (const [name, workspace] of packages) {
    const tarball = pack(workspace, folder)
    tarballs.set(name, tarball)
    mkdirSync(installed(name), { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '-C', installed(name), '--strip-components=1'])
    const { dependencies, peerDependencies } = manifestIn(installed(name))
    // A page that imports `netgiro-checkout/react` has React; a server need not have the SDK of its tracing.
    const peers = name === 'netgiro-checkout' ? peerDependencies : {}
    for (const dependency of Object.keys({ ...dependencies, ...peers })) {
      const link = installed(dependency)
      if (existsSync(link)) continue
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(join(root, 'node_modules', dependency), link, 'junction')
    }
  }
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  write('package.json', '{ "type": "module", "private": true }')
  return {
    folder,
    installed,
    tarball: (name) => readFileSync(tarballs.get(name) ?? ''),
    packed: [...tarballs].map(([name, tarball]) => ({ name, tarball })),
    write,
    run: (code) =>
      execFileSync(process.execPath, [write('main.mjs', code)], { cwd: folder, encoding: 'utf8' }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** Returns the path of the tarball. Skips `prepack`, because `npm test` has just built. */
function pack(workspace: string, target: string): string {
  const npm = process.env['npm_execpath']
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', target]
  const options = { cwd: join(root, workspace), encoding: 'utf8' } as const
  const text = npm
    ? execFileSync(process.execPath, [npm, ...args], options)
    : execFileSync('npm', args, options)
  const [packed] = JSON.parse(text) as { readonly filename: string }[]
  if (!packed) throw new Error(`npm packed nothing in ${workspace}`)
  return join(target, packed.filename)
}
