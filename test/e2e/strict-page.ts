import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'puppeteer-core'
import { blocksOf } from '../support/blocks.ts'
import { approve } from './approve.ts'
import { startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import type { Fixture } from './fixture.ts'
import { leave } from './fixture.ts'
import { scenario } from './scenario.ts'
import { serveShopPage } from './shop-page.ts'
import { waitFor } from './wait-for.ts'

const hashes = JSON.parse(
  readFileSync(new URL('../../widget/dist/integrity.json', import.meta.url), 'utf8'),
) as Record<string, string>
const { version } = JSON.parse(
  readFileSync(new URL('../../widget/package.json', import.meta.url), 'utf8'),
) as { version: string }

interface Recorded {
  readonly violations: string[]
}

/** The policies of the documentation: the strictest one, and the one with a nonce. */
const [strictest = '', withNonce = ''] = blocksOf('docs/content-security-policy.md')
  .filter(({ mark }) => mark === 'policy')
  .map(({ code }) => code)

const nonce = 'bm9uY2Ugb2YgdGhlIHRlc3Q'

interface StrictPage {
  readonly policy?: string
  readonly integrity?: string
}

/** A page whose policy allows only what the documentation says, and which reports what that forbids. */
async function openStrict(
  browser: Browser,
  body: (bff: TestServer, session: string) => string,
  { policy = strictest, integrity = hashes['netgiro-checkout.js'] ?? '' }: StrictPage = {},
) {
  const bff = await startTestServer({ env: { ALLOWED_ORIGINS: 'https://shop.example' } })
  const { session } = await bff.create()
  const shop = await serveShopPage(
    () => ({
      '/': `<!doctype html><html lang="en"><title>Shop</title>
        <script type="module" crossorigin integrity="${integrity}" nonce="${nonce}"
          src="${bff.url}/v${version}/netgiro-checkout.js"></script>${body(bff, session)}</html>`,
    }),
    {
      'content-security-policy': policy
        .replaceAll('https://pay.shop.is', bff.url)
        .replace('{nonce}', nonce),
    },
  )
  await bff.reconfigure({ ALLOWED_ORIGINS: shop.origin })
  const page = await (await browser.createBrowserContext()).newPage()
  await page.evaluateOnNewDocument(() => {
    const violations: string[] = []
    Object.assign(window, { violations })
    addEventListener('securitypolicyviolation', (event) =>
      violations.push(`${event.effectiveDirective} ${event.blockedURI}`),
    )
  })
  await page.goto(shop.origin)
  const close = async () => {
    await leave(page.browserContext())
    await shop.close()
    await bff.close()
  }
  return { bff, page, close }
}

/** Without the icon that Firefox looks for by itself. */
const violationsOf = async (page: Page) =>
  (await page.evaluate(() => (window as unknown as Recorded).violations)).filter(
    (violation) => !violation.endsWith('/favicon.ico'),
  )

const input = 'netgiro-checkout >>> input'

/** The element is deep in other shadow roots, where nothing that it needs may reach the page. */
async function payUnder(browser: Browser, policy: string): Promise<void> {
  assert.match(policy, /^default-src 'none'/)
  const nested = (inner: string) => `<div><template shadowrootmode="open">${inner}</template></div>`
  const { bff, page, close } = await openStrict(
    browser,
    (_, session) =>
      nested(
        nested(`<dialog open><netgiro-checkout session="${session}"></netgiro-checkout></dialog>`),
      ),
    { policy },
  )
  const field = await page.waitForSelector(`div >>> div >>> ${input}`, { visible: true })
  await field?.type('8223281')
  await field?.press('Enter')
  await approve(bff)
  const element = await page.waitForSelector('div >>> div >>> netgiro-checkout', { visible: true })
  await waitFor('the element says that it is paid', async () => {
    const outcome = await element?.evaluate((it) => (it as { outcome?: string }).outcome)
    return outcome === 'paid'
  })
  // The details, which it imports when a request is sent.
  await page.waitForSelector('div >>> div >>> netgiro-checkout >>> [part~=icon]')
  assert.deepEqual(await violationsOf(page), [])
  await close()
}

export function strictPageScenarios({ browser }: Fixture): void {
  for (const [name, policy] of [
    ['the strictest policy with Trusted Types and a hash', strictest],
    ['a policy with a nonce and strict-dynamic', withNonce],
  ] as const)
    scenario(`${name} reports nothing while a shopper pays, as documented`, () =>
      payUnder(browser, policy),
    )

  scenario('a file that differs from its hash does not run', async () => {
    const other = hashes['netgiro-pos.js']
    const { page, close } = await openStrict(
      browser,
      () => '<netgiro-checkout><p>Another way</p></netgiro-checkout>',
      { integrity: other ?? '' },
    )
    await waitFor('the fallback is shown', async () =>
      (await page.evaluate(() => document.body.innerText)).includes('Another way'),
    )
    assert.equal(await page.evaluate(() => !!customElements.get('netgiro-checkout')), false)
    await close()
  })

  scenario(
    'Enter in the field sends the number, and not the form of the page around it',
    async () => {
      const { bff, page, close } = await openStrict(
        browser,
        (_, session) => `<form action="/elsewhere"><input name="coupon" required />
        <netgiro-checkout session="${session}"></netgiro-checkout><button>Order</button></form>`,
      )
      const { pathname } = new URL(page.url())
      const field = await page.waitForSelector(input, { visible: true })
      // Chrome drops keys that come before it has painted the page.
      await page.bringToFront()
      await page.evaluate(() => new Promise((painted) => requestAnimationFrame(painted)))
      await page.waitForFunction(
        () =>
          document.querySelector<HTMLElement & { snapshot: unknown }>('netgiro-checkout')?.snapshot,
      )
      await field?.type('8223281')
      await field?.press('Enter')
      // `visible`: otherwise puppeteer looks again when the document changes, which a shadow root is no part of.
      await page.waitForSelector('netgiro-checkout >>> [part=timer]', { visible: true })
      assert.equal(new URL(page.url()).pathname, pathname)
      assert.equal(bff.simulator.inspect().carts.length, 1)
      assert.deepEqual(await violationsOf(page), [])
      await close()
    },
  )
}
