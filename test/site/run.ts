/**
 * The built documentation site, as a reader gets it: `npm run test:site`, after `npm run docs`. Every link leads to a heading that is
 * there, and the page with the controls works in a browser without any server behind it.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { launch, type Browser, type Page } from 'puppeteer-core'
import { languages } from '../../demo/gallery/gallery.ts'
import { findBrowser } from '../support/browser.mjs'
import { serveFolder } from './serve.ts'

const dist = fileURLToPath(new URL('../../docs/site/dist/', import.meta.url))
if (!existsSync(dist)) throw new Error('There is no site yet: npm run docs')
const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.html'),
)

const idsOf = (html: string) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))

/** The links of a page, as the file and the anchor that they lead to. */
function linksOf(page: string, html: string) {
  return [...html.matchAll(/<a [^>]*href="([^"]+)"/g)]
    .map(([, href = '']) => href)
    .filter((href) => !/^[a-z]+:/.test(href))
    .map((href) => {
      const [path = '', anchor = ''] = href.split('#')
      const from =
        path === '' ? page : path.startsWith('/') ? path.slice(1) : join(dirname(page), path)
      const file = from === '' ? 'index.html' : from.endsWith('.html') ? from : `${from}.html`
      return { href, file, anchor: decodeURIComponent(anchor) }
    })
}

void test('every link of the site leads to a page and a heading that are there', () => {
  assert.ok(pages.length > 40)
  const broken = pages.flatMap((page) => {
    const html = readFileSync(join(dist, page), 'utf8')
    return linksOf(page, html)
      .filter(({ file, anchor }) => {
        if (!existsSync(join(dist, file))) return true
        return anchor !== '' && !idsOf(readFileSync(join(dist, file), 'utf8')).has(anchor)
      })
      .map(({ href }) => `${page}: ${href}`)
  })
  assert.deepEqual(broken, [])
})

void test('the site has the OpenAPI document, and the list for assistants', () => {
  const document = JSON.parse(readFileSync(join(dist, 'openapi.json'), 'utf8')) as {
    openapi: string
  }
  assert.equal(document.openapi, '3.1.0')
  assert.match(readFileSync(join(dist, 'llms.txt'), 'utf8'), /^# netgiro-checkout/)
})

let browser: Browser
let site: Awaited<ReturnType<typeof serveFolder>>
before(async () => {
  const { executablePath, env, args } = await findBrowser()
  browser = await launch({
    ...{ executablePath, args: [...args], env: { ...process.env, ...env } },
    headless: 'shell',
  })
  site = await serveFolder(dist)
})
after(async () => {
  await browser.close()
  site.close()
})

interface Opened {
  readonly page: Page
  /** What went wrong, and what was asked of any other host. */
  readonly problems: readonly string[]
}

async function openControls(width = 1_280): Promise<Opened> {
  const page = await browser.newPage()
  await page.setViewport({ width, height: 900 })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('requestfailed', (request) => problems.push(request.url()))
  page.on('request', (request) => {
    if (!/^data:/.test(request.url()) && !request.url().startsWith(site.url))
      problems.push(request.url())
  })
  await page.goto(`${site.url}/docs/site/try-the-styling.html`)
  await isSetUp(page)
  return { page, problems }
}

/** Whether every state has been set up that is chosen now. */
const isSetUp = (page: Page) =>
  page.waitForFunction(
    `(() => {
      const stage = document.querySelector('.styling-stage')
      return stage?.dataset.isComplete !== undefined && stage.dataset.isComplete !== stage.dataset.seen
    })()`,
    { polling: 100, timeout: 60_000 },
  )

async function choose(page: Page, name: string, value: string): Promise<void> {
  await page.$eval('.styling-stage', (stage) => {
    const seen = stage.getAttribute('data-is-complete') ?? ''
    stage.setAttribute('data-seen', seen)
  })
  await page.select(`select[name="${name}"]`, value)
  await isSetUp(page)
}

const namesOf = (page: Page) =>
  page.$$eval('.styling-stage [data-state]', (frames) =>
    frames.map((frame) => frame.getAttribute('data-state')),
  )

const buttonColour = (page: Page) =>
  page.$eval(
    '[data-state=open] > netgiro-checkout',
    (element) =>
      getComputedStyle(element.shadowRoot?.querySelector('[part=button]') ?? element)
        .backgroundColor,
  )

void test('a colour that is chosen is shown at once and is in the CSS that the page offers', async () => {
  const { page, problems } = await openControls()
  assert.equal(await buttonColour(page), 'rgb(0, 174, 239)')
  await page.$eval('input[name="--netgiro-accent"]', (input) => {
    input.value = '#7a2e1d'
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await page.waitForFunction(
    `document.querySelector('.styling-css').textContent.includes('#7a2e1d')`,
  )
  assert.equal(await buttonColour(page), 'rgb(122, 46, 29)')
  const css = await page.$eval('.styling-css code', (code) => code.textContent)
  assert.equal(css, 'netgiro-checkout {\n  --netgiro-accent: #7a2e1d;\n}')
  const warning = await page.$eval('.styling-warning', (line) => line.textContent)
  assert.match(warning, /contrast of \d/)
  assert.deepEqual(problems, [])
  await page.close()
})

for (const [tag, locales] of Object.entries(languages))
  void test(`every state of <${tag}> is shown, in each language`, async () => {
    const { page, problems } = await openControls()
    if (tag !== 'netgiro-checkout') await choose(page, 'tag', tag)
    await choose(page, 'state', 'all')
    const count = (await namesOf(page)).length
    assert.ok(count > 10)
    for (const locale of locales) {
      const isChosen = await page.$eval(
        'select[name=locale]',
        (one, now) => one.value === now,
        locale,
      )
      if (!isChosen) await choose(page, 'locale', locale)
      const shown = await page.$$eval(
        '.styling-stage [data-state] > *',
        (elements) => elements.filter((one) => one.shadowRoot?.querySelector('[part=card]')).length,
      )
      assert.equal(shown, count)
    }
    assert.deepEqual(problems, [])
    await page.close()
  })

void test('on a narrow phone, nothing makes the page wider than the screen', async () => {
  const { page } = await openControls(320)
  await choose(page, 'state', 'all')
  const tooWide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  assert.equal(tooWide, 0)
  await page.close()
})
