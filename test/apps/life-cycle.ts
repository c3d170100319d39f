/** What happens to an element while its app lives, in every framework. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { approve } from '../e2e/approve.ts'
import { waitFor } from '../e2e/wait-for.ts'
import { read, start } from '../support/test-server.ts'
import { appNames, setupOf } from './apps.ts'
import type { AppName } from './apps.ts'
import { move, open, order, sessionSetBy, watchSession } from './shop.ts'
import { elementOf, outcome, pay, waiting } from './visit.ts'

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

/** The page as a server has rendered it, with an element that has its session before the app hydrates. */
async function openRendered(context: TestContext, name: AppName) {
  const { bff, page, app, visit } = await open(
    context,
    name,
    '<netgiro-checkout data-order="one" class="payment" locale="en"><p>Another way</p></netgiro-checkout>',
  )
  const { session } = await bff.create()
  const visitRendered = async () => {
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
  }
  return { bff, page, app, session, visitRendered }
}

async function isPaidBeforeHydration(context: TestContext, name: AppName) {
  const { bff, page, app, session, visitRendered } = await openRendered(context, name)
  await start(bff, session)
  await approve(bff)
  await visitRendered()
  await waitFor('the element knows', async () => (await outcome(page)) === 'paid')
  await app.hydrate()
  await app.hears('one paid')
  assert.equal(await app.heard('one paid'), 1)
  assert.equal(await page.evaluate(() => document.querySelectorAll('.payment').length), 1)
}

async function losesHandlers(context: TestContext, name: AppName) {
  const { bff, page, app, visitRendered } = await openRendered(context, name)
  await visitRendered()
  await app.hydrate()
  await pay(page)
  await approve(bff)
  await waitFor('the element shows it', async () => (await outcome(page)) === 'paid')
  const status = await page.evaluate(async () => {
    const element = document.querySelector('netgiro-checkout') as unknown as Finished
    return (await element.finished).status
  })
  assert.deepEqual([status, await app.heard('one paid')], ['paid', 0])
  assert.equal(bff.simulator.inspect().carts.length, 1)
}

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
    if (hydrates === 'handlers')
      void test('a payment that the element knew before hydration is heard of once', (context) =>
        isPaidBeforeHydration(context, name))
    if (hydrates === 'finished')
      void test('`finished` tells of a payment whose handlers were lost by hydration', (context) =>
        losesHandlers(context, name))
  })
}
