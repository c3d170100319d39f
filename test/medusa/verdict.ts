/** What must hold for every payment session once everything has come to rest. */
import assert from 'node:assert/strict'
import type { Site } from './site.ts'
import { readPayment } from './scenario.ts'
import type { Scenario } from './scenario.ts'

export interface Tally {
  sessions: number
  paid: number
  refunds: number
  orders: number
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

export async function verdict(site: Site, scenario: Scenario, tally: Tally): Promise<void> {
  const { carts } = site.server.simulator.inspect()
  for (const { id, amount } of scenario.sessions.values()) {
    const own = carts.filter(({ Reference }) => Reference.startsWith(`${id}-`))
    const payment = await readPayment(site, id)
    const shown = scenario.shown.get(id) ?? new Set()
    const why = JSON.stringify({ id, amount, payment, own, shown: [...shown] }, null, 2)
    for (const { Amount, captures, captured } of own) {
      assert(shown.has(Amount), `sent what nobody was shown: ${why}`)
      assert.equal(Amount, amount, `sent another amount than Medusa's: ${why}`)
      assert.equal(captured, captures * Amount, `captured another amount than sent: ${why}`)
    }
    const captured = sum(own.map((cart) => cart.captured))
    assert(sum(own.map(({ captures }) => captures)) <= 1, `captured twice: ${why}`)
    assert.equal(payment?.captured ?? 0, captured, `paid and captured differ: ${why}`)
    assert((payment?.captures ?? 0) <= 1, `recorded twice: ${why}`)
    if (payment) assert.equal(payment.amount, captured, `a payment without its money: ${why}`)
    const refunded = sum(own.map((cart) => cart.refunded))
    assert.equal(payment?.refunded ?? 0, refunded, `refunds: ${why}`)
    tally.sessions++
    if (payment) tally.paid++
    tally.refunds += payment?.refunds ?? 0
  }
  tally.orders += scenario.orders.size
}
