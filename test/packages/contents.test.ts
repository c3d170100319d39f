import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manifestIn, newConsumer, packages, root } from './consumer.ts'
import type { Consumer } from './consumer.ts'

let consumer: Consumer
beforeAll(() => {
  consumer = newConsumer()
})
afterAll(() => consumer.remove())

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => statSync(join(folder, name)).isFile())

/** The packages are ES modules: neither CommonJS nor the old resolution of Node 10 is supported. */
const isExpected = (problem: { readonly kind: string; readonly resolutionKind?: string }) =>
  problem.kind === 'CJSResolvesToESM' || problem.resolutionKind === 'node10'

describe.each(packages)('the package %s', (name, workspace) => {
  it('the package contains its notices and what was built, and no sources', () => {
    const files = filesIn(consumer.installed(name))
    const notices = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md']
    expect(files.filter((file) => !/^(bin|dist)\//.test(file)).sort()).toEqual(
      [...notices, 'package.json'].sort(),
    )
    for (const notice of ['CHANGELOG.md', 'LICENSE', 'THIRD-PARTY-NOTICES.md'])
      expect(readFileSync(join(consumer.installed(name), notice), 'utf8'), notice).toBe(
        readFileSync(join(root, notice), 'utf8'),
      )
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
  })

  it('the package passes publint', async () => {
    const { messages } = await publint({
      pkgDir: consumer.installed(name),
      pack: false,
      strict: true,
    })
    expect(messages).toEqual([])
  })

  it('the package passes arethetypeswrong', async () => {
    const result = await checkPackage(createPackageFromTarballData(consumer.tarball(name)), {
      excludeEntrypoints: [/\.(js|json|txt)$/],
    })
    const problems = result.types ? result.problems : ['no types']
    expect(problems.filter((one) => typeof one === 'string' || !isExpected(one))).toEqual([])
  })

  it('the package contains no path of the build machine', () => {
    const folder = consumer.installed(name)
    const machine = dirname(join(root, 'package.json'))
    const naming = filesIn(folder).filter((file) =>
      readFileSync(join(folder, file), 'utf8').includes(machine),
    )
    expect(naming).toEqual([])
  })

  it('the package contains source maps that include the sources', () => {
    const folder = consumer.installed(name)
    const files = filesIn(folder)
    const maps = files.filter((file) => file.endsWith('.js.map'))
    expect(maps.length).toBeGreaterThan(5)
    for (const file of maps) {
      const map = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        readonly sources: readonly string[]
        readonly sourcesContent?: readonly (string | null)[]
      }
      expect(map.sourcesContent?.filter(Boolean), file).toHaveLength(map.sources.length)
    }
    const named = files
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) => {
        const text = readFileSync(join(folder, file), 'utf8')
        const [, map] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text) ?? []
        return map ? [join(dirname(file), map).replaceAll('\\', '/')] : []
      })
    expect(named.filter((map) => !files.includes(map))).toEqual([])
  })

  it('the package is built before npm packs it', () => {
    const text = readFileSync(join(root, workspace, 'package.json'), 'utf8')
    const { scripts } = JSON.parse(text) as { readonly scripts: Record<string, string> }
    expect(scripts['prepack']).toMatch(/^node (\.\.\/)+build\.mjs/)
  })
})

it('netgiro-checkout exports each script whose hash it has, and the server has the same hashes', () => {
  const hashes = (name: string) => `
    JSON.parse(readFileSync(new URL(import.meta.resolve('${name}/integrity.json')), 'utf8'))`
  const code = `
    import { existsSync, readFileSync } from 'node:fs'
    const hashes = ${hashes('netgiro-checkout')}
    const paths = Object.keys(hashes).map((file) => import.meta.resolve('netgiro-checkout/' + file))
    const isSame = JSON.stringify(hashes) === JSON.stringify(${hashes('netgiro-checkout-server')})
    console.log(paths.length > 10, paths.every((path) => existsSync(new URL(path))), isSame)`
  expect(consumer.run(code)).toBe('true true true\n')
})

it('netgiro-checkout depends on Lit and lean-qr alone, the client on standardwebhooks alone, and the server not on Lit', () => {
  const dependenciesOf = (name: string) =>
    Object.keys(manifestIn(consumer.installed(name)).dependencies)
  expect(dependenciesOf('netgiro-checkout')).toEqual(['lean-qr', 'lit'])
  expect(dependenciesOf('netgiro-checkout-client')).toEqual(['standardwebhooks'])
  expect(dependenciesOf('netgiro-checkout-server')).not.toContain('lit')
})

it('all packages and the elements have the same version', () => {
  const versions = packages.map(([name]) => {
    const text = readFileSync(join(consumer.installed(name), 'package.json'), 'utf8')
    return (JSON.parse(text) as { readonly version: string }).version
  })
  const [, elementVersion] =
    /version = '(.+)'/.exec(readFileSync(join(root, 'widget/version.ts'), 'utf8')) ?? []
  expect(new Set([...versions, elementVersion]).size).toBe(1)
})
