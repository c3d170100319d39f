/** A component that is edited while a request waits: the development server of Vite puts the new one in its place. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createServer } from 'vite'
import { approve } from '../e2e/approve.ts'
import { waitFor } from '../e2e/wait-for.ts'
import { freePort } from '../support/free-port.ts'
import { appNames, setupOf } from './apps.ts'
import type { AppName } from './apps.ts'
import { appOn, openPage, pay, startBff, waiting } from './visit.ts'
import { configOf } from './vite.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Shows another text, with another state, as one that is only drawn anew keeps its element. */
const edited = (source: string) =>
  source
    .replace('Another way', 'One more way')
    .replace('<script setup>', '<script setup>\nconst isEdited = true')
    .replace('const [shown, show]', 'useState(true)\n  const [shown, show]')

/** A copy of the sources, which may be edited, with a page of the app. */
function copySources(context: TestContext, main: string): string {
  mkdirSync(at('.cache'), { recursive: true })
  const folder = mkdtempSync(at('.cache/hot-'))
  context.after(() => rmSync(folder, { recursive: true }))
  cpSync(at('src'), folder, { recursive: true })
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><title>Shop</title><div id="app"></div>
      <script type="module" src="/${main}"></script>`,
  )
  return folder
}

async function serve(context: TestContext, name: AppName, root: string): Promise<string> {
  const port = await freePort()
  const server = await createServer({
    ...(await configOf(name)),
    ...{ root, cacheDir: join(root, 'vite') },
    server: { port, strictPort: true, host: '127.0.0.1', fs: { allow: [at('../..')] } },
  })
  context.after(() => server.close())
  await server.listen()
  return `http://127.0.0.1:${port}`
}

for (const name of appNames) {
  const { folder, entry, component } = setupOf(name)
  if (!component) continue
  void test(`${name} goes on with a payment while its component is edited and replaced`, async (context) => {
    const sources = copySources(context, `${folder}/${entry}`)
    const origin = await serve(context, name, sources)
    const bff = await startBff(context, origin)
    const page = await openPage(context)
    const app = appOn(page)
    const { session } = await bff.create()
    await page.goto(`${origin}/?${new URLSearchParams({ server: bff.url, session }).toString()}`)
    await pay(page)
    await page.evaluate(() => {
      for (const it of [window, document.querySelector('netgiro-checkout')])
        Object.assign(it as object, { isFirst: true })
    })
    const path = join(sources, folder, component.file)
    writeFileSync(path, edited(readFileSync(path, 'utf8')))
    const text = () => page.evaluate(() => document.querySelector('#app')?.textContent)
    await waitFor('the page shows the edited one', async () =>
      text().then((it) => it?.includes('One more way') ?? false),
    )
    await waiting(page)
    const isFirst = await page.evaluate(() =>
      [window, document.querySelector('netgiro-checkout')].map((it) => 'isFirst' in (it as object)),
    )
    assert.deepEqual(
      isFirst,
      [true, component.keepsElement ?? false],
      'the page stays, the element does not',
    )
    await approve(bff)
    await app.hears('one paid')
    assert.deepEqual([await app.heard('one before-start'), await app.heard('one paid')], [1, 1])
    assert.equal(bff.simulator.inspect().carts.length, 1)
  })
}
