/** Brings Medusa into `project/`, and the built packages beside it, as npm would install them. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const project = join(import.meta.dirname, 'project')
const root = join(import.meta.dirname, '../..')
const modules = join(project, 'node_modules')

/** What the provider brings with it. */
const own = {
  'netgiro-checkout-medusa': 'integrations/medusa',
  'netgiro-checkout-client': 'integrations/client',
}
const theirs = ['standardwebhooks', '@stablelib/base64', 'fast-sha256']

export function installMedusa(): void {
  if (!existsSync(join(modules, '@medusajs/medusa'))) {
    console.log('Installing Medusa (about 660 MB, once).')
    // Optional packages are for Medusa's dashboard and for compiling TypeScript.
    const options = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund']
    npm('ci', ...options)
  }
  for (const [name, folder] of Object.entries(own)) {
    rmSync(join(modules, name), { recursive: true, force: true })
    for (const part of ['dist', 'package.json'])
      cpSync(join(root, folder, part), join(modules, name, part), { recursive: true })
  }
  for (const name of theirs)
    cpSync(join(root, 'node_modules', name), join(modules, name), {
      recursive: true,
      dereference: true,
    })
}

/** Compiles the provider against the types of the Medusa that is installed. @throws where it does not fit */
export function compileAgainstMedusa(): void {
  const folder = join(root, own['netgiro-checkout-medusa'])
  const settings = {
    extends: join(folder, 'tsconfig.json'),
    compilerOptions: {
      ...{ composite: false, emitDeclarationOnly: false, noEmit: true, rootDir: root },
      paths: {
        '@medusajs/framework/*': [join(modules, '@medusajs/framework/dist/*/index.d.ts')],
        '@medusajs/medusa/core-flows': [join(modules, '@medusajs/core-flows/dist/index.d.ts')],
        'netgiro-checkout-client': [join(root, own['netgiro-checkout-client'], 'index.ts')],
      },
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: ['index.ts', 'webhook.ts'].map((file) => join(folder, file)),
    include: [],
    references: [],
  }
  const config = join(modules, '.netgiro-tsconfig.json')
  writeFileSync(config, JSON.stringify(settings))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' })
  if (status !== 0) throw new Error("The provider does not fit Medusa's types")
}

function npm(...args: readonly string[]): void {
  const options = { cwd: project, stdio: 'inherit', shell: process.platform === 'win32' } as const
  const { status } = spawnSync('npm', args, options)
  if (status !== 0) throw new Error('Medusa could not be installed')
}
