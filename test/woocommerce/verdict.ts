/** What must hold for every order once everything has come to rest. */
import assert from 'node:assert/strict'
import type { CartView } from '../../demo/simulator/simulator.ts'
import type { ShopOrder } from './shop.ts'
import type { Site } from './site.ts'
import type { Scenario } from './scenario.ts'

export interface Tally {
  orders: number
  paid: number
  held: number
  refunds: number
  late: number
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

/** The carts of an order: their references begin with that of its checkout. */
const cartsOf = (carts: readonly CartView[], order: number) =>
  carts.filter(({ Reference }) => Reference.startsWith(`woo-${order}-`))

export async function verdict(site: Site, scenario: Scenario, tally: Tally): Promise<void> {
  const { carts } = site.server.simulator.inspect()
  for (const id of scenario.orders) {
    const order = await site.shop.read(id)
    const own = cartsOf(carts, id)
    const why = JSON.stringify({ order, own }, null, 2)
    checkPayment(order, own, why)
    const shown = scenario.shown.get(id) ?? new Set()
    for (const { Amount, captures, captured } of own) {
      assert(shown.has(Amount), `sent what nobody was shown: ${why}`)
      assert.equal(captured, captures * Amount, `captured another amount than sent: ${why}`)
    }
    assert.equal(sum(order.refunds), sum(own.map(({ refunded }) => refunded)), `refunds: ${why}`)
    tally.orders++
    tally.refunds += order.refunds.length
    if (order.date_paid !== null) tally.paid++
    else if (order.status === 'on-hold') tally.held++
    if (order.notes.some((note) => note.includes('had been cancelled'))) tally.late++
  }
}

/** The platform says paid exactly where the provider captured the order's amount, and captures once. */
function checkPayment(order: ShopOrder, carts: readonly CartView[], why: string): void {
  const captured = carts.filter(({ captures }) => captures > 0)
  assert(captured.length <= 1 && sum(carts.map(({ captures }) => captures)) <= 1, `twice: ${why}`)
  const [payment] = captured
  const isPaidOtherwise = order.transaction_id.startsWith('card')
  if (isPaidOtherwise) {
    assert(!payment || order.notes.length > 0, `paid twice, and nobody is told: ${why}`)
  } else if (order.date_paid !== null) {
    assert(payment, `the platform says paid, and nothing was captured: ${why}`)
    assert.equal(order.completions, 1, `completed more than once: ${why}`)
    assert.equal(payment.captured, Number(order.total), `paid with another amount: ${why}`)
  } else {
    assert.equal(order.completions, 0, why)
    // The shopkeeper changed the total while the request was out: held for a person, with a note.
    const isHeld = order.status === 'on-hold' && order.notes.length > 0
    assert(!payment || isHeld, `captured, and the platform does not say so: ${why}`)
    if (isHeld) assert.notEqual(payment?.captured, undefined, `held without money: ${why}`)
  }
}
