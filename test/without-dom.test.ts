import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'without-dom-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What server-side rendering does with an element: it is constructed, updated and rendered, and never connected. */
interface Element {
  session: string | null
  locale: string | null
  readonly problem: string | null
  platform: object
  willUpdate(changed: Map<string, unknown>): void
  render(): unknown
}
type Exports = Readonly<Record<string, new () => Element>>

/** As a shop's own server is bundled: everything inside, for Node. */
async function load(entry: string, format: 'cjs' | 'esm'): Promise<Exports> {
  const outfile = join(folder, `${entry.replaceAll('/', '-')}.${format === 'cjs' ? 'cjs' : 'mjs'}`)
  await build({
    ...{ entryPoints: [`widget/${entry}.ts`], outfile, bundle: true },
    ...{ format, platform: 'node', logLevel: 'error', loader: { '.css': 'text' } },
    logOverride: { 'empty-import-meta': 'silent' },
  })
  return format === 'cjs'
    ? (createRequire(import.meta.url)(outfile) as Exports)
    : ((await import(pathToFileURL(outfile).href)) as Exports)
}

describe.each([
  ['NetgiroCheckout', 'index', 'cjs'],
  ['NetgiroPos', 'pos/index', 'cjs'],
  ['AvardaCheckout', 'avarda/index', 'cjs'],
  ['NetgiroCheckout', 'index', 'esm'],
  ['NetgiroPos', 'pos/index', 'esm'],
  ['AvardaCheckout', 'avarda/index', 'esm'],
] as const)('%s where there is no window (%s, %s)', (name, entry, format) => {
  it('an element is imported and constructed where there is no window', async () => {
    const Element = (await load(entry, format))[name]!
    expect(() => new Element()).not.toThrow()
  })

  it('an element is rendered where there is no window, and sends no request', async () => {
    const Element = (await load(entry, format))[name]!
    const element = new Element()
    const asked: unknown[] = []
    const fetch = (address: unknown) => {
      asked.push(address)
      return Promise.reject(new Error('a server that renders asks no backend'))
    }
    element.platform = { ...element.platform, fetch }
    element.session = 'cs_1'
    element.willUpdate(new Map([['session', undefined]]))
    expect(() => element.render()).not.toThrow()
    element.locale = 'en'
    expect(() => element.render()).not.toThrow()
    expect(asked).toEqual([])
    expect(element.problem).toBe(null)
  })
})

it.each(['define', 'pos/define', 'avarda/define'])(
  'an element defines its tag where there is no window (%s)',
  async (entry) => {
    await expect(load(entry, 'cjs')).resolves.toBeDefined()
  },
)
