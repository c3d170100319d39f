/** Pages of docs/frameworks.md that a server renders and a browser hydrates, in the server of their framework. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { approve } from '../e2e/approve.ts'
import { waitFor } from '../e2e/wait-for.ts'
import { filesOf } from '../support/blocks.ts'
import { freePort } from '../support/free-port.ts'
import { merchantKey, read, start } from '../support/test-server.ts'
import { siteNames, sites } from './apps.ts'
import type { SiteName } from './apps.ts'
import { openPage, pay, startBff } from './visit.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

interface Commands {
  readonly build: (root: string) => readonly string[]
  readonly start: (root: string, port: number) => readonly string[]
}

const next = at('node_modules/next/dist/bin/next')
const commands: Readonly<Record<SiteName, Commands>> = {
  'Next.js 16': {
    build: (root) => [next, 'build', root],
    start: (root, port) => [next, 'start', root, '--hostname', '127.0.0.1', '--port', `${port}`],
  },
  'Astro 5': {
    build: (root) => [at('node_modules/astro/astro.js'), 'build', '--root', root],
    start: (root) => [join(root, 'dist/server/entry.mjs')],
  },
}

/** The files of the page in the documentation, among those that every such site has. */
function write(folder: string): string {
  mkdirSync(at('.cache'), { recursive: true })
  const root = mkdtempSync(at(`.cache/${folder}-`))
  cpSync(at(`rendered/${folder}`), root, { recursive: true })
  for (const [name, text] of filesOf('docs/frameworks.md')) {
    if (!name.startsWith(`${folder}/`)) continue
    const path = join(root, name.slice(folder.length + 1))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return root
}

function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, {
    env: {
      ...process.env,
      ...{ NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1' },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'exit') as Promise<[number | null]>
  return { child, ended, output: () => output }
}

const built = new Map<SiteName, string>()
after(() => {
  for (const root of built.values()) rmSync(root, { recursive: true })
})

async function build(name: SiteName): Promise<string> {
  const before = built.get(name)
  if (before) return before
  const root = write(sites[name].folder)
  built.set(name, root)
  // Without any secret: a build needs none.
  const { ended, output } = run(commands[name].build(root), {})
  const [status] = await ended
  assert.equal(status, 0, output())
  return root
}

/** The built site on a port of its own, with a server that knows its origin. */
async function open(context: TestContext, name: SiteName) {
  const root = await build(name)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const bff = await startBff(context, origin)
  const env = {
    ...{ PAY_URL: bff.url, MERCHANT_API_KEY: merchantKey },
    ...{ HOST: '127.0.0.1', PORT: `${port}` },
  }
  const { child, ended, output } = run(commands[name].start(root, port), env)
  context.after(async () => {
    child.kill()
    await ended
  })
  await waitFor(`${name} listens`, async () => (await fetch(`${origin}/thank-you`)).ok)
  const page = await openPage(context)
  /** How often the app went on, by a document or by what Next asks for in its place. */
  const ends: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname === '/thank-you') ends.push(request.url())
  })
  const thanked = () =>
    waitFor(`the app says thank you; ${output()}`, () =>
      page.evaluate(() => document.querySelector('h1')?.textContent === 'Thank you'),
    )
  return { bff, origin, page, ends, thanked }
}

for (const name of siteNames) {
  void describe(name, () => {
    void test('a page comes with the element and its session, takes one payment and goes on once', async (context) => {
      const { bff, origin, page, ends, thanked } = await open(context, name)
      const html = await (await fetch(`${origin}/pay/WEB-1`)).text()
      assert.match(
        html,
        /<netgiro-checkout[^>]* session="cs_[^>]*>\s*<a href="\/other-ways-to-pay">/,
      )
      await page.goto(`${origin}/pay/WEB-1`)
      await pay(page)
      await approve(bff)
      await thanked()
      assert.equal(ends.length, 1)
      assert.equal(bff.simulator.inspect().carts.length, 1)
    })

    void test('a payment that was made before the page was hydrated is not lost', async (context) => {
      const { bff, origin, page, ends, thanked } = await open(context, name)
      const { session } = await bff.create({ reference: 'WEB-1' })
      await start(bff, session)
      await approve(bff)
      await waitFor('it is paid', async () => (await read(bff, session)).status === 'paid')
      await page.goto(`${origin}/pay/WEB-1`)
      await thanked()
      assert.equal(ends.length, 1)
      assert.equal(bff.simulator.inspect().carts.length, 1)
    })

    void test('an order of somebody else is not found, and gets no checkout', async (context) => {
      const { bff, origin } = await open(context, name)
      assert.equal((await fetch(`${origin}/pay/WEB-2`)).status, 404)
      const found = await fetch(`${bff.url}/v1/checkouts?reference=WEB-2`, {
        headers: { authorization: `Bearer ${merchantKey}` },
      })
      assert.equal(found.status, 404)
    })

    void test('each view of a page has a session of its own', async (context) => {
      const { origin } = await open(context, name)
      const sessionOf = async () =>
        / session="(cs_[^"]+)"/.exec(await (await fetch(`${origin}/pay/WEB-1`)).text())?.[1]
      const [first, second] = [await sessionOf(), await sessionOf()]
      assert.ok(first && second)
      assert.notEqual(first, second)
    })
  })
}
