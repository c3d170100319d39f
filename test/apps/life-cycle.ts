/** What happens to an element while its app lives, in every framework. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Page } from 'puppeteer-core'
import { approve } from '../e2e/approve.ts'
import { serveShopPage } from '../e2e/shop-page.ts'
import { waitFor } from '../e2e/wait-for.ts'
import { read, start } from '../support/test-server.ts'
import type { Order } from './app.d.ts'
import { bundleApp } from './bundle.ts'
import { appOn, elementOf, openPage, outcome, pay, startBff, waiting } from './visit.ts'
import { apps } from './vite.ts'
import type { AppName } from './vite.ts'

/** The app on a page of its own, with a server that knows its origin. */
async function open(context: TestContext, name: AppName, content = '') {
  const script = await bundleApp(name)
  const shop = await serveShopPage(() => ({
    '/': `<!doctype html><html lang="en"><title>Shop</title><div id="app">${content}</div>
      <div id="elsewhere"></div><script type="module" src="/app.js"></script>`,
    '/app.js': script,
  }))
  context.after(() => shop.close())
  const bff = await startBff(context, shop.origin)
  const page = await openPage(context)
  const visit = (query: Record<string, string> = {}) =>
    page.goto(`${shop.origin}/?${new URLSearchParams({ server: bff.url, ...query }).toString()}`)
  return { bff, page, app: appOn(page), visit }
}

const order = (id: string, session: string | null, isShown = true): Order => ({
  ...{ id, session, isShown },
})
const move = (page: Page) =>
  page.evaluate(() => {
    const app = document.querySelector('#app') as Element
    document.querySelector('#elsewhere')?.append(app)
  })

const phones = { one: '8223281', two: '8223282' }

/** Those whose component registers the tag itself, so that no element is on the page before. */
const isWrapper = (name: AppName) => apps[name].folder === 'react'

for (const name of Object.keys(apps) as AppName[]) {
  void describe(name, () => {
    void test('one request is sent and one payment heard of, though the element is late, hidden and moved', async (context) => {
      const { bff, page, app, visit } = await open(context, name)
      await visit()
      await page.waitForSelector('netgiro-checkout')
      const { session } = await bff.create()
      await app.show([order('one', session)])
      await pay(page)
      await app.show([order('one', session, false)])
      await waitFor('the element is hidden', async () => !(await page.$('netgiro-checkout')))
      await app.show([order('one', session)])
      await waiting(page)
      await move(page)
      await waiting(page, '#elsewhere netgiro-checkout')
      await approve(bff)
      await app.hears('one paid')
      await waitFor('the element shows it', async () => (await outcome(page)) === 'paid')
      assert.deepEqual([await app.heard('one before-start'), await app.heard('one paid')], [1, 1])
      assert.equal(bff.simulator.inspect().carts.length, 1)
    })

    void test('a payment that was made before the page opened is heard of once', async (context) => {
      const { bff, app, visit } = await open(context, name)
      const { session } = await bff.create()
      await start(bff, session)
      await approve(bff)
      await visit()
      await app.show([order('one', session)])
      await app.hears('one paid')
      assert.equal(await app.heard('one paid'), 1)
    })

    void test('a payment that was made while the element was unmounted is heard of once, when it is mounted again', async (context) => {
      const { bff, page, app, visit } = await open(context, name)
      const { session } = await bff.create()
      await visit({ session })
      await pay(page)
      await app.show([order('one', session, false)])
      await waitFor('the element is hidden', async () => !(await page.$('netgiro-checkout')))
      await approve(bff)
      await waitFor('it is paid', async () => (await read(bff, session)).status === 'paid')
      assert.equal(await app.heard('one paid'), 0)
      await app.show([order('one', session)])
      await app.hears('one paid')
      await waitFor('the element shows it', async () => (await outcome(page)) === 'paid')
      assert.equal(await app.heard('one paid'), 1)
      assert.equal(bff.simulator.inspect().carts.length, 1)
    })

    void test('two orders on a page end apart, though their elements change places meanwhile', async (context) => {
      const { bff, page, app, visit } = await open(context, name)
      const orders = [
        order('one', (await bff.create()).session),
        order('two', (await bff.create()).session),
      ]
      await visit()
      await app.show(orders)
      await pay(page, elementOf('one'), phones.one)
      await pay(page, elementOf('two'), phones.two)
      await app.show(orders.toReversed())
      await waitFor('they change places', () =>
        page.evaluate(
          () => document.querySelector('netgiro-checkout')?.getAttribute('data-order') === 'two',
        ),
      )
      await waiting(page, elementOf('one'))
      await waiting(page, elementOf('two'))
      const { carts } = bff.simulator.inspect()
      assert.deepEqual(carts.map(({ CustomerId }) => CustomerId).sort(), Object.values(phones))
      const cartOf = (phone: string) =>
        carts.find(({ CustomerId }) => CustomerId === phone)?.TransactionId ?? ''
      bff.simulator.approve(cartOf(phones.two))
      await app.hears('two paid')
      assert.deepEqual(
        [await outcome(page, elementOf('one')), await app.heard('one paid')],
        [null, 0],
      )
      bff.simulator.reject(cartOf(phones.one))
      await waitFor(
        'the other one ends',
        async () => (await outcome(page, elementOf('one'))) === 'declined',
      )
      assert.deepEqual(
        [
          await outcome(page, elementOf('two')),
          await app.heard('two paid'),
          await app.heard('one paid'),
        ],
        ['paid', 1, 0],
      )
    })

    if (isWrapper(name)) return
    void test('an element that is registered after the app has rendered takes its payment', async (context) => {
      const { bff, page, app, visit } = await open(context, name)
      const { session } = await bff.create()
      await visit({ session, late: 'yes' })
      await page.waitForSelector('netgiro-checkout')
      await app.register()
      await pay(page)
      await approve(bff)
      await app.hears('one paid')
      assert.deepEqual([await app.heard('one before-start'), await app.heard('one paid')], [1, 1])
      assert.equal(bff.simulator.inspect().carts.length, 1)
    })
  })
}

for (const name of ['React 19', 'React 18'] as const) {
  void test(`${name} hears of a payment that the element knew before hydration, once`, async (context) => {
    const { bff, page, app, visit } = await open(
      context,
      name,
      '<netgiro-checkout data-order="one" class="payment" locale="en"><p>Another way</p></netgiro-checkout>',
    )
    const { session } = await bff.create()
    await start(bff, session)
    await approve(bff)
    await visit({ session })
    await page.evaluate(
      (url, it) => {
        const element = document.querySelector('netgiro-checkout')
        element?.setAttribute('server', url)
        element?.setAttribute('session', it)
      },
      bff.url,
      session,
    )
    await waitFor('the element knows', async () => (await outcome(page)) === 'paid')
    await app.hydrate()
    await app.hears('one paid')
    assert.equal(await app.heard('one paid'), 1)
    assert.equal(await page.evaluate(() => document.querySelectorAll('.payment').length), 1)
  })
}
