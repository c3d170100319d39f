import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'
import { launch } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser } from '../support/browser.mjs'
import { newConsumer, root } from './consumer.ts'
import type { Consumer } from './consumer.ts'

let consumer: Consumer
beforeAll(() => {
  consumer = newConsumer()
})
afterAll(() => consumer.remove())

/** Bundles a module of the shop's with esbuild. Returns the output and the paths of the modules in it. */
async function bundle(code: string, options: BuildOptions) {
  const { outputFiles, metafile } = await build({
    ...{ stdin: { contents: code, resolveDir: consumer.folder }, absWorkingDir: consumer.folder },
    ...{ bundle: true, logLevel: 'error', logOverride: { 'empty-import-meta': 'silent' } },
    ...options,
    write: false,
    metafile: true,
  })
  const [output] = Object.values(metafile.outputs)
  const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput)
  return { text: outputFiles[0]?.text ?? '', inputs: used.map(([path]) => path) }
}

const entries = ['netgiro-checkout', 'netgiro-checkout/pos', 'netgiro-checkout/avarda']

describe.each(entries.flatMap((entry) => [entry, `${entry}/define`]))('%s', (entry) => {
  it('the entry can be imported in Node without a DOM', () => {
    const code = `await import('${entry}'); console.log('imported')`
    expect(consumer.run(code)).toBe('imported\n')
  })

  it('the entry can be imported in Node from a CommonJS bundle', async () => {
    const { text } = await bundle(`import '${entry}'; export const isThere = true`, {
      ...{ format: 'cjs', platform: 'node' },
    })
    const file = consumer.write(`${entry.replaceAll('/', '-')}.cjs`, text)
    const loaded = createRequire(file)(file) as { readonly isThere: boolean }
    expect(loaded.isThere).toBe(true)
  })
})

it('the element runs in a bundle that is inlined into a page as a classic script', async () => {
  const code = `import { NetgiroCheckout } from 'netgiro-checkout'
    import 'netgiro-checkout/define'
    window.shop = { isDefined: customElements.get('netgiro-checkout') === NetgiroCheckout }
    document.body.append(document.createElement('netgiro-checkout'))`
  const { text } = await bundle(code, { format: 'iife', minify: true })
  const { executablePath, env, args } = await findBrowser()
  const browser = await launch({
    ...{ executablePath, args: [...args], headless: 'shell' },
    env: { ...process.env, ...env },
  })
  try {
    const page = await browser.newPage()
    const errors: unknown[] = []
    page.on('pageerror', (error) => errors.push(error))
    await page.setContent(`<body><script>${text.replaceAll('</script', '<\\/script')}</script>`)
    const shop = await page.evaluate('window.shop')
    expect([shop, errors]).toEqual([{ isDefined: true }, []])
    expect(await page.evaluate("!!document.querySelector('netgiro-checkout').shadowRoot")).toBe(
      true,
    )
  } finally {
    await browser.close()
  }
})

it('netgiro-checkout/react can be imported where there is no DOM, and keeps its directive', () => {
  const code = `const { NetgiroCheckout } = await import('netgiro-checkout/react')
    console.log(typeof NetgiroCheckout)`
  expect(consumer.run(code)).toBe('object\n')
  const built = join(consumer.installed('netgiro-checkout'), 'dist/widget/react.js')
  expect(readFileSync(built, 'utf8')).toMatch(/^['"]use client['"]/)
})

it('the package adds no Lit to a bundle that imports only an event class', async () => {
  const code = `import { NetgiroErrorEvent } from 'netgiro-checkout'
    addEventListener('netgiro-error', (event) => console.log(event instanceof NetgiroErrorEvent))`
  const { text, inputs } = await bundle(code, { format: 'esm' })
  expect(inputs.filter((path) => /(^|\/)@?lit\b/.test(path))).toEqual([])
  expect(inputs.length).toBeLessThan(5)
  expect(text).toContain('netgiro-error')
})

it('the define entry registers its tag when a bundler drops modules without side effects', async () => {
  const { text } = await bundle("import 'netgiro-checkout/define'", { format: 'esm' })
  expect(text).toMatch(/^defineOnce\("netgiro-checkout"/m)
})

it('the package contains no import.meta, which bundlers replace with a path of the build machine', () => {
  const modules = join(consumer.installed('netgiro-checkout'), 'dist/widget')
  const naming = readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .filter((name) => readFileSync(join(modules, name), 'utf8').includes('import.meta'))
  expect(naming).toEqual([])
})

it('a bundle of the package contains no path of the build machine', async () => {
  const { text } = await bundle("import 'netgiro-checkout/define'", { format: 'esm', minify: true })
  expect(text).not.toContain(consumer.folder)
  expect(text).not.toContain(root)
})
