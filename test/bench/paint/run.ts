/**
 * `npm run bench:paint`: how soon a shopper on a slow phone sees the field, beside a bare custom element in the same run. The
 * exit code is 0 whatever the numbers are. `--runs 3` for fewer; `--font system` for pages without a font of the shop's. `npm run
 * build` comes first.
 */
import { parseArgs } from 'node:util'
import { launch } from 'puppeteer-core'
import type { Browser } from 'puppeteer-core'
import { findBrowser } from '../../support/browser.mjs'
import { startTestServer } from '../../support/test-server.ts'
import type { TestServer } from '../../support/test-server.ts'
import { describeMachine } from '../harness/machine.ts'
import { table } from '../harness/report.ts'
import { adyenField, adyenTag, serveAdyen } from './adyen.ts'
import { countRequests, measurePaint, network, openPage } from './measure.ts'
import type { Paint } from './measure.ts'
import { pageWith, servePages } from './pages.ts'
import type { Pages } from './pages.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    font: { type: 'string', default: 'shop' },
  },
})
const runs = Number(values.runs)
const font = values.font === 'system' ? 'system' : 'shop'
const tag = 'netgiro-checkout'

async function oneRun(browser: Browser, pages: Pages, bff: TestServer, run: number) {
  const script = `${bff.url}/netgiro-checkout.js`
  const bareScript = `${pages.origin.replace('127.0.0.1', 'localhost')}/bare.js`
  const paint = async (path: string, of: string, name: string, attributes = {}): Promise<Paint> => {
    const { page } = await openPage(browser)
    const url = pages.add(`/${run}/${path}`, pageWith(of, name, font, attributes))
    const measured = await measurePaint(page, { url, script: of, tag: name })
    await page.browserContext().close()
    return measured
  }
  const create = async () => {
    const { session, snapshot } = (await bff.create()) as unknown as Record<string, unknown>
    return { session: String(session), snapshot: JSON.stringify(snapshot) }
  }
  const { session } = await create()
  const paintAdyen = async ({ script, styles }: NonNullable<typeof adyen>): Promise<Paint> => {
    const { page } = await openPage(browser)
    const url = pages.add(`/${run}/adyen`, pageWith(script, adyenTag, font, {}, styles))
    const measured = await measurePaint(page, { url, script, tag: adyenTag, field: adyenField })
    await page.browserContext().close()
    return measured
  }
  return {
    adyen: adyen && (await paintAdyen(adyen)),
    bare: await paint('bare', bareScript, 'bare-field'),
    inline: await paint('inline', script, tag, await create()),
    without: await paint('without', script, tag, { session }),
    trips: await roundTrips(
      browser,
      pages.add(`/${run}/press`, pageWith(script, tag, font, await create())),
      // Another one each time: nobody is asked more than a few times.
      `822328${run % 10}`,
    ),
  }
}

/** Requests until the waiting view, and from there until the verdict on a cancellation. */
async function roundTrips(browser: Browser, url: string, phone: string) {
  const { page, devtools } = await openPage(browser)
  await page.goto(url)
  const field = await page.waitForSelector(`${tag} >>> input`, { visible: true })
  // The preflight belongs to the stream, which a shopper who types is slower than.
  await page.waitForNetworkIdle({ concurrency: 1 })
  await field?.type(phone)
  const press = await countRequests(devtools, '/v1/session', async () => {
    await field?.press('Enter')
    await page.waitForSelector(`${tag} >>> [part=cancel]`, { visible: true })
  })
  const button = await page.waitForSelector(`${tag} >>> [part=cancel][aria-disabled=false]`, {
    visible: true,
  })
  const cancel = await countRequests(devtools, '/v1/session', async () => {
    // Not where it was a moment ago: the details come now, and stand above it.
    await button?.evaluate((it) => (it as HTMLElement).click())
    await page.waitForSelector(`${tag} >>> input`, { visible: true })
  })
  await page.browserContext().close()
  return { press, cancel }
}

const { executablePath, env, args } = await findBrowser()
const pages = await servePages()
const adyen = await serveAdyen(pages)
const bff = await startTestServer({ env: { ALLOWED_ORIGINS: pages.origin } })
const browser = await launch({
  ...{ executablePath, args: [...args], headless: 'shell' },
  env: { ...process.env, ...env },
})
const all: Awaited<ReturnType<typeof oneRun>>[] = []
try {
  for (let run = 0; run < runs; run++) {
    all.push(await oneRun(browser, pages, bff, run))
    process.stderr.write(`${run + 1} of ${runs}\n`)
  }
} finally {
  await browser.close()
  await pages.close()
  await bff.close()
}

type Kind = 'bare' | 'inline' | 'without'
const of = (kind: Kind, what: keyof Paint) => all.map((run) => run[kind][what])
const beside = (kind: Kind, what: keyof Paint) => ({
  ours: of(kind, what),
  baseline: of('bare', what),
})

const ofAdyen = (what: 'script' | 'navigation') => ({
  ours: all.flatMap(({ adyen }) => (adyen ? [adyen[what]] : [])),
  baseline: of('bare', what),
})

console.log(`
${describeMachine()} · four times slower · ${network.latency} ms to each of two origins, 1.44 Mbit/s · a font of the ${font}

${table([
  {
    what: 'Script → field painted, snapshot inline',
    unit: 'ms',
    ...beside('inline', 'script'),
    goal: { ratioAtMost: 1.8 },
  },
  {
    what: 'Script → field painted, without',
    unit: 'ms',
    ...beside('without', 'script'),
    goal: { ratioAtMost: 2 },
  },
  {
    what: 'Navigation → field painted, snapshot inline',
    unit: 'ms',
    ...beside('inline', 'navigation'),
    goal: { ratioAtMost: 1.1 },
  },
  {
    what: 'Navigation → field painted, without',
    unit: 'ms',
    ...beside('without', 'navigation'),
    goal: { ratioAtMost: 1.1 },
  },
  ...(adyen
    ? [
        { what: 'Adyen’s MB WAY: script → field painted', unit: 'ms', ...ofAdyen('script') },
        {
          what: 'Adyen’s MB WAY: navigation → field painted',
          unit: 'ms',
          ...ofAdyen('navigation'),
        },
      ]
    : []),
  {
    what: 'Layout shift, snapshot inline',
    unit: 'score',
    ours: of('inline', 'shift'),
    goal: { atMost: 0.01 },
  },
  {
    what: 'Layout shift, without',
    unit: 'score',
    ours: of('without', 'shift'),
    goal: { atMost: 0.01 },
  },
  {
    what: 'Blocking time more than the bare element’s',
    unit: 'ms',
    ours: all.map(({ without, bare }) => without.blocking - bare.blocking),
    goal: { atMost: 30 },
  },
  {
    what: 'Press → waiting view',
    unit: 'round trips',
    ours: all.map(({ trips }) => trips.press),
    goal: { atMost: 1 },
  },
  {
    what: 'Cancel → verdict',
    unit: 'round trips',
    ours: all.map(({ trips }) => trips.cancel),
    goal: { atMost: 1 },
  },
])}

The baseline is a custom element that contains a field and nothing else, loaded in the same way from an origin of its own.${
  adyen ? '' : ' To see Adyen’s MB WAY beside it: npm i --no-save @adyen/adyen-web.'
}`)
