/**
 * `npm run test:medusa`: the provider of integrations/medusa in a real Medusa on PostgreSQL. Installs Medusa (about 660 MB) on first
 * use. `--scenarios 1000` runs more random orders, `--seed` repeats a run.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { until } from '../support/test-server.ts'
import { compileAgainstMedusa, installMedusa } from './install.ts'
import { webhookRoute, webhookSecret } from './site.ts'
import { openSite, runScenarios } from './scenarios.ts'
import { Scenario, readPayment } from './scenario.ts'

const { values } = parseArgs({
  options: { scenarios: { type: 'string', default: '20' }, seed: { type: 'string' } },
})
const seed = values.seed === undefined ? Date.now() % 2 ** 30 : Number(values.seed)

const build = fileURLToPath(new URL('../../build.mjs', import.meta.url))
execFileSync(process.execPath, [build, 'medusa'], { stdio: 'inherit' })
installMedusa()
const site = await openSite(seed)
after(() => site.close())

let shoppers = 0
/** A shopper whose cart has something in it, and whose page shows the element. */
async function shopper(): Promise<Scenario> {
  const scenario = new Scenario(site, 90_000 + shoppers++)
  await scenario.newCart()
  await scenario.openPage()
  return scenario
}

const onlySession = (scenario: Scenario) => {
  const [session, ...more] = scenario.sessions.values()
  assert(session && more.length === 0)
  return session
}

const cartsOf = (session: string) =>
  site.server.simulator.inspect().carts.filter((one) => one.Reference.startsWith(`${session}-`))

const orderOf = async (scenario: Scenario) => {
  const order = await scenario.complete()
  assert(order !== null, 'the cart is no order')
  const fields = 'id,total,payment_status,payment_collections.captured_amount'
  const { body } = await site.medusa.admin('GET', `/orders/${order}?fields=${fields}`)
  return body['order']!
}

function deliverSigned(checkout: object): Promise<number> {
  const [id, now] = ['evt_1', new Date()]
  const body = JSON.stringify({ type: 'checkout.paid', timestamp: now, data: { checkout } })
  return site.medusa.deliver(webhookRoute, body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(webhookSecret).sign(id, now, body),
  })
}

void describe('Medusa with netgiro-checkout-medusa', { concurrency: false }, () => {
  void test('the provider fits the types of Medusa', () => {
    compileAgainstMedusa()
  })

  void test('an order is paid end to end, with the same amount everywhere', async () => {
    const scenario = await shopper()
    const { id, amount } = onlySession(scenario)
    await scenario.start()
    await scenario.answer('approve')
    await until(() => cartsOf(id)[0]?.captures === 1)
    const order = await until(() => orderOf(scenario).catch(() => null))
    assert(order)
    assert.equal(order['total'], amount)
    assert.equal(order['payment_status'], 'captured')
    const payment = await readPayment(site, id)
    const { Amount, captured } = cartsOf(id)[0]!
    assert.deepEqual(
      [payment?.amount, payment?.captured, payment?.captures, Amount, captured],
      [amount, amount, 1, amount, amount],
    )
    assert.deepEqual([...scenario.shown.get(id)!], [amount])
  })

  void test('the webhook makes an order of the cart when the browser is closed before the approval', async () => {
    const scenario = await shopper()
    const { id } = onlySession(scenario)
    await scenario.start()
    await scenario.answer('approve')
    await site.settle()
    assert.equal((await readPayment(site, id))?.captures, 1)
    const { body } = await site.medusa.store('GET', `/carts/${scenario.cart}?fields=completed_at`)
    assert.equal(typeof body['cart']?.['completed_at'], 'string')
  })

  void test('a cart becomes no order before a request is sent to the phone', async () => {
    const scenario = await shopper()
    assert.equal(await scenario.complete(), null)
    const { body } = await site.medusa.store('GET', `/carts/${scenario.cart}?fields=completed_at`)
    assert.equal(body['cart']?.['completed_at'], null)
  })

  void test('an order that is placed while the shopper decides is unpaid until the approval', async () => {
    const scenario = await shopper()
    const { id } = onlySession(scenario)
    await scenario.start()
    const before = await orderOf(scenario)
    assert.notEqual(before['payment_status'], 'captured')
    assert.equal(await scenario.statusOf(id), 'pending_authorization')
    assert.equal(await readPayment(site, id), null)
    await scenario.answer('approve')
    await site.settle()
    const { captured } = (await readPayment(site, id))!
    assert.equal(captured, before['total'])
    assert.equal((await orderOf(scenario))['payment_status'], 'captured')
  })

  void test('a session is kept when the cart changes at the moment of the approval, and is paid', async () => {
    const scenario = await shopper()
    const { id, amount } = onlySession(scenario)
    await scenario.start()
    await scenario.answer('approve')
    await until(() => cartsOf(id)[0]?.captures === 1)
    await scenario.addItem()
    await site.settle()
    assert.equal((await readPayment(site, id))?.captured, amount)
  })

  void test('the request of a cart that changes is closed before there is another one', async () => {
    const scenario = await shopper()
    const first = onlySession(scenario)
    await scenario.start()
    await scenario.addItem()
    assert.equal(cartsOf(first.id)[0]?.state, 'canceled')
    await scenario.openPage()
    assert.equal(scenario.sessions.size, 2)
  })

  void test('webhooks that are not genuine or of no session of the shop change nothing', async () => {
    const forged = { 'webhook-id': 'evt', 'webhook-timestamp': '0', 'webhook-signature': 'v1,x' }
    assert.equal(await site.medusa.deliver(webhookRoute, '{}', forged), 401)
    const paid = { status: 'paid', amount: 990, currency: 'ISK' }
    assert.equal(await deliverSigned({ ...paid, metadata: { woocommerce_order: '7' } }), 204)
    // The payment server goes on trying, and shows a person that nobody has taken the event.
    const unknown = { medusa_payment_session: 'payses_unknown' }
    assert.equal(await deliverSigned({ ...paid, metadata: unknown }), 404)
  })

  void test('a refund after one of another amount that had no answer is told to wait for that one', async () => {
    const scenario = await shopper()
    const { id, checkout } = onlySession(scenario)
    await scenario.start()
    await scenario.answer('approve')
    await site.settle()
    const payment = await readPayment(site, id)
    const refund = (amount: number) =>
      site.medusa.admin('POST', `/payments/${payment?.id}/refund`, { amount })
    site.proxy.losing.set(checkout, 4)
    assert.equal((await refund(100)).status, 500)
    const { status, body } = await refund(50)
    assert.deepEqual(
      [status, body['message']],
      [400, 'A refund of another amount had no answer: repeat that one first'],
    )
    assert.equal((await refund(100)).status, 200)
    assert.equal((await readPayment(site, id))?.refunded, 100)
    assert.equal(cartsOf(id)[0]?.refunded, 100)
  })

  void test('a cart with a fraction of a króna cannot be paid', async () => {
    const scenario = new Scenario(site, 90_000 + shoppers++)
    await scenario.newCart(site.medusa.shop.fraction)
    await scenario.openPage()
    assert.equal(scenario.sessions.size, 0)
  })

  void test(`orders end with the money that Netgíró captured (${values.scenarios} scenarios, seed ${seed})`, async (context) => {
    const isLong = Number(values.scenarios) > 100
    const report = isLong ? (line: string) => context.diagnostic(line) : undefined
    context.diagnostic(await runScenarios(site, Number(values.scenarios), report))
  })
})
