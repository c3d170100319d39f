/** What happens to an element while its app lives, in every framework. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Page } from 'puppeteer-core'
import { approve } from '../e2e/approve.ts'
import { waitFor } from '../e2e/wait-for.ts'
import { read, start } from '../support/test-server.ts'
import { appNames, setupOf } from './apps.ts'
import type { AppName } from './apps.ts'
import { move, open, order, sessionSetBy, watchSession } from './shop.ts'
import { elementOf, outcome, pay, waiting } from './visit.ts'
import type { appOn } from './visit.ts'

async function paysOnce(context: TestContext, name: AppName) {
  const { bff, page, app, visit } = await open(context, name)
  await visit()
  await page.waitForSelector('netgiro-checkout')
  await watchSession(page)
  const { session } = await bff.create()
  await app.show([order('one', session)])
  await pay(page)
  assert.equal(await sessionSetBy(page), setupOf(name).session)
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
}

async function wasPaidBefore(context: TestContext, name: AppName) {
  const { bff, app, visit } = await open(context, name)
  const { session } = await bff.create()
  await start(bff, session)
  await approve(bff)
  await visit()
  await app.show([order('one', session)])
  await app.hears('one paid')
  assert.equal(await app.heard('one paid'), 1)
}

async function isPaidWhileUnmounted(context: TestContext, name: AppName) {
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
}

const phones = { one: '8223281', two: '8223282' }

async function endTwoOrdersApart(context: TestContext, name: AppName) {
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
  assert.deepEqual([await outcome(page, elementOf('one')), await app.heard('one paid')], [null, 0])
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
}

async function isRegisteredLate(context: TestContext, name: AppName) {
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
}

async function isPaidBeforeHydration(context: TestContext, name: AppName) {
  const { bff, page, app, visitRendered } = await open(context, name)
  const { session } = await bff.create()
  await start(bff, session)
  await approve(bff)
  await visitRendered(session)
  await waitFor('the element knows', async () => (await outcome(page)) === 'paid')
  await hydrate(page, app)
  if (setupOf(name).hydrates === 'handlers') await app.hears('one paid')
  assert.equal(await finishedAs(page), 'paid')
  assert.equal(await app.heard('one paid'), setupOf(name).hydrates === 'handlers' ? 1 : 0)
}

async function waitsWhileItHydrates(context: TestContext, name: AppName) {
  const { bff, page, app, visitRendered } = await open(context, name)
  const { session } = await bff.create()
  await visitRendered(session)
  await pay(page)
  await hydrate(page, app)
  await waiting(page)
  await approve(bff)
  await waitFor('the element shows it', async () => (await outcome(page)) === 'paid')
  if (setupOf(name).hydrates !== 'finished') await app.hears('one paid')
  assert.equal(await finishedAs(page), 'paid')
  assert.equal(await app.heard('one paid'), setupOf(name).hydrates === 'finished' ? 0 : 1)
  assert.equal(bff.simulator.inspect().carts.length, 1)
}

/** The app takes over the element that the server has rendered, and draws no other one. */
async function hydrate(page: Page, app: ReturnType<typeof appOn>): Promise<void> {
  const rendered = await page.$('netgiro-checkout')
  await app.hydrate()
  const elements = await page.$$('netgiro-checkout')
  assert.equal(elements.length, 1)
  assert.ok(await page.evaluate((one, other) => one === other, rendered, elements[0] ?? null))
}

const finishedAs = (page: Page) =>
  page.evaluate(async () => {
    const element = document.querySelector('netgiro-checkout') as unknown as Finished
    return (await element.finished).status
  })

interface Finished {
  readonly finished: Promise<{ readonly status: string }>
}

for (const name of appNames) {
  const { registers, hydrates } = setupOf(name)
  void describe(name, () => {
    void test('one request is sent and one payment heard of, though the element is late, hidden and moved', (context) =>
      paysOnce(context, name))
    void test('a payment that was made before the page opened is heard of once', (context) =>
      wasPaidBefore(context, name))
    void test('a payment that was made while the element was unmounted is heard of once, when it is mounted again', (context) =>
      isPaidWhileUnmounted(context, name))
    void test('two orders on a page end apart, though their elements change places meanwhile', (context) =>
      endTwoOrdersApart(context, name))
    if (!registers)
      void test('an element that is registered after the app has rendered takes its payment', (context) =>
        isRegisteredLate(context, name))
    if (hydrates) {
      void test('a payment that the element knew before hydration is not lost', (context) =>
        isPaidBeforeHydration(context, name))
      void test('a request that waits while the page hydrates goes on, and its payment is not lost', (context) =>
        waitsWhileItHydrates(context, name))
    }
  })
}
