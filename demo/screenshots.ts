/** The pictures of the README, taken from the running demo: `npm run screenshots`, after `npm run build`. */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch, type Browser, type Page } from 'puppeteer-core'
import { findBrowser } from '../test/support/browser.mjs'
import { startServer } from '../server/serve.ts'
import { startDemo, type Demo } from './demo.ts'

type Scheme = 'light' | 'dark'

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url))
/** Every visitor of the README downloads them. */
const maxBytes = 150_000
const element = 'netgiro-checkout'
const part = (name: string) => `${element} >>> [part~=${name}]`
/** The observer of the page does not see mutations in shadow roots; `visible` polls every frame instead. */
const seen = { visible: true }

async function take(name: string, shot: (path: `${string}.png`) => Promise<unknown>) {
  const path = join(folder, `${name}.png`) as `${string}.png`
  await shot(path)
  const { size } = await stat(path)
  console.log(`${name}.png ${Math.ceil(size / 1000)} kB`)
  if (size > maxBytes) throw new Error(`${name}.png is too large`)
}

async function takeElement(page: Page, name: string, tag = element) {
  const handle = await page.waitForSelector(tag)
  if (handle) await take(name, (path) => handle.screenshot({ path }))
}

/** A page in a browser context of its own, without animations. */
async function open(browser: Browser, scheme: Scheme, [width, height]: readonly [number, number]) {
  const page = await (await browser.createBrowserContext()).newPage()
  await page.setViewport({ width, height, deviceScaleFactor: width < 800 ? 2 : 1 })
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ])
  return page
}

async function putInCartAndCheckOut(page: Page, { shopUrl }: Demo) {
  for (const product of ['lopapeysa', 'vettlingar']) {
    await page.goto(shopUrl)
    const button = `form:has([value="${product}"]) button`
    await Promise.all([page.waitForNavigation(), page.click(button)])
  }
  await Promise.all([page.waitForNavigation(), page.click('form[action="/checkout"] button')])
  await page.waitForSelector(part('input'), seen)
}

async function sendRequest(page: Page) {
  await page.locator(part('input')).fill('822 3281')
  await page.locator(part('button')).click()
  await page.waitForSelector(part('timer'), seen)
}

/** The whole flow on a narrow screen, one picture of the element per step. */
async function takeFlow(browser: Browser, demo: Demo, scheme: Scheme) {
  const page = await open(browser, scheme, [420, 800])
  await stayOnPage(page)
  await putInCartAndCheckOut(page, demo)
  await takeElement(page, `element-phone-${scheme}`)
  await sendRequest(page)
  await takeElement(page, `element-waiting-${scheme}`)

  const phone = await open(browser, scheme, [420, 620])
  await phone.goto(demo.customerUrl)
  const approve = await phone.waitForSelector('[data-action=approve]')
  await take(`phone-${scheme}`, (path) => phone.screenshot({ path }))
  await approve?.click()
  await page.bringToFront()
  await page.waitForSelector(part('icon'), seen)
  await takeElement(page, `element-paid-${scheme}`)
}

/** Blocks the shop's script, which would go to the thank-you page before the picture is taken. */
async function stayOnPage(page: Page) {
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    const leaves = request.url().endsWith('/static/checkout.js')
    void (leaves ? request.abort() : request.continue())
  })
}

async function takeShop(browser: Browser, demo: Demo) {
  const page = await open(browser, 'light', [1000, 720])
  await page.goto(demo.shopUrl)
  await take('shop', (path) => page.screenshot({ path }))
  await putInCartAndCheckOut(page, demo)
  await take('shop-checkout', (path) => page.screenshot({ path }))
}

/** The point of sale asks for the code that the customer received by SMS. */
async function takePos(browser: Browser, demo: Demo) {
  const page = await open(browser, 'light', [1000, 760])
  await page.goto(`${demo.shopUrl}/pos`)
  await page.locator('[data-product=sokkar]').click()
  await page.locator('[data-take]:not([disabled])').click()
  const field = 'netgiro-pos >>> input:not([type=radio])'
  await page.waitForSelector(field, seen)
  await take('pos', (path) => page.screenshot({ path }))
  await page.locator(field).fill('111111-1119')
  await page.keyboard.press('Enter')
  await page.waitForSelector('netgiro-pos >>> input#code', seen)
  await takeElement(page, 'pos-code', 'netgiro-pos')
}

/** The simulator's form in the frame of our element. */
async function takeSweden(browser: Browser, demo: Demo) {
  const page = await open(browser, 'light', [1000, 900])
  await page.goto(`${demo.shopUrl}/sweden`)
  const button = 'form:has([value="vettlingar"]) button'
  await Promise.all([page.waitForNavigation(), page.click(button)])
  const frame = await page.waitForFrame((one) => one.url().includes('/CheckOut2/'))
  await frame.waitForSelector('[data-action=approve]', seen)
  await take('avarda', (path) => page.screenshot({ path }))
}

const { executablePath, env, args } = await findBrowser()
const temporary = await mkdtemp(join(tmpdir(), 'netgiro-checkout-'))
await mkdir(folder, { recursive: true })
const ports = { simulator: 0, avarda: 0, server: 0, storefront: 0 }
const demo = await startDemo({
  startServer,
  ports,
  database: join(temporary, 'demo.db'),
  logLevel: 'error',
})
const browser = await launch({
  ...{ executablePath, args: [...args, '--accept-lang=is'], headless: 'shell' },
  env: { ...process.env, ...env },
})
try {
  await takeShop(browser, demo)
  await takePos(browser, demo)
  await takeSweden(browser, demo)
  for (const scheme of ['light', 'dark'] as const) await takeFlow(browser, demo, scheme)
} finally {
  await browser.close()
  await demo.close()
  await rm(temporary, { recursive: true, force: true })
}
