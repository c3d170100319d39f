import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createClient } from '../../integrations/client/index.ts'
import { refundOnce } from '../../integrations/medusa/refund-once.ts'
import { refund as closeRefund } from '../../server/cli/refund.ts'
import { run } from '../ops/run-cli.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { settingsFor } from '../support/process.ts'
import { merchantKey, onlyCart, start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

const clock = new ManualClock()
const v2 = ({ v2Url }: TestServer['simulator']) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url })
let testServer: TestServer
let shop: Shop

/** A paid order in Medusa, which keeps a refund only where its provider has answered. */
class Shop {
  readonly #checkouts = createClient({
    ...{ url: testServer.url, key: merchantKey, retries: 0 },
    fetch: async (url, init) => {
      const answer = await fetch(url, init)
      const isLost = this.#losing && init?.method === 'POST' && answer.ok
      this.#losing &&= !isLost
      if (isLost) throw new TypeError('fetch failed')
      return answer
    },
  }).checkouts
  /** Whether the next refund has no answer. */
  #losing = false
  readonly checkout: string
  refunds = 0

  constructor(checkout: string) {
    this.checkout = checkout
  }

  /** Somebody presses "Refund". */
  async refund(amount: number): Promise<string> {
    try {
      await refundOnce(this.#checkouts, this.checkout, amount, this.refunds)
      this.refunds += 1
      return 'made'
    } catch (error) {
      return (error as { readonly code?: string }).code ?? 'no answer'
    }
  }

  refundWithoutAnswer(amount: number): Promise<string> {
    this.#losing = true
    return this.refund(amount)
  }

  /** Another program of the shop, with the same account at the payment server. */
  elsewhere(amount: number) {
    const key = { idempotencyKey: randomUUID() }
    return this.#checkouts.refund(this.checkout, { amount }, key).catch(() => null)
  }

  read() {
    return this.#checkouts.get(this.checkout)
  }
}

/** What Netgíró has given back. */
const givenBack = () => onlyCart(testServer).refunds.map(({ amount }) => amount)

const refuse = () => testServer.simulator.fault({ call: 'v2.refund', kind: 'refuse' })
/** The payment server does not hear what became of the refund. */
const leavePending = () =>
  testServer.simulator.fault({ call: 'v2.refund', kind: 'drop_before_effect' })

async function failPending(): Promise<void> {
  const pending = (await shop.read()).refunds.find(({ status }) => status === 'pending')
  const env = {
    ...settingsFor(testServer.simulator),
    ...v2(testServer.simulator),
    PUBLIC_URL: testServer.url,
    DATABASE_URL: `file:${testServer.databasePath}`,
  }
  const word = ['--as', 'failed', '--by', 'Anna', '--note', 'Not in the portal']
  await run(closeRefund, env, [shop.checkout, pending?.id ?? '', ...word], clock)
  await until(async () => {
    clock.advance(500)
    return (await shop.read()).refunds.every(({ status }) => status !== 'pending')
  })
}

beforeEach(async () => {
  testServer = await startTestServer({ clock, envOf: v2 })
  const { id, session } = await testServer.create({ amount: 1_000 })
  await start(testServer, session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  shop = new Shop(id)
  await until(async () => {
    clock.advance(500)
    return (await shop.read()).status === 'paid'
  })
})
afterEach(() => testServer.close())

it('a refund whose answer was lost is found by the next one, and money goes back once', async () => {
  expect(await shop.refundWithoutAnswer(300)).toBe('no answer')
  expect(await shop.refund(300)).toBe('made')
  expect(givenBack()).toEqual([300])
})

it('a refund whose answer was lost goes back once, though the one before it fails meanwhile', async () => {
  leavePending()
  expect(await shop.refund(200)).toBe('made')
  expect(await shop.refundWithoutAnswer(300)).toBe('no answer')
  await failPending()
  expect(await shop.refund(300)).toBe('made')
  expect(givenBack()).toEqual([300])
})

it('a refund whose answer was lost goes back once, though one of another program is refused meanwhile', async () => {
  expect(await shop.refundWithoutAnswer(300)).toBe('no answer')
  refuse()
  await shop.elsewhere(100)
  expect(await shop.refund(300)).toBe('made')
  expect(givenBack()).toEqual([300])
})

it('two refunds of the same amount are two', async () => {
  expect([await shop.refund(300), await shop.refund(300)]).toEqual(['made', 'made'])
  expect(givenBack()).toEqual([300, 300])
})

it('a refund that was refused can be made again, of any amount', async () => {
  for (const amount of [300, 300, 200]) {
    refuse()
    expect(await shop.refund(amount)).toBe('refund_refused')
  }
  const { refunds } = await shop.read()
  expect(refunds.map(({ amount }) => amount)).toEqual([300, 300, 200])
  expect(await shop.refund(100)).toBe('made')
  expect(givenBack()).toEqual([100])
})

it('a refund that counts as made and fails can be made again, and is refused once where it is refused', async () => {
  leavePending()
  expect(await shop.refund(300)).toBe('made')
  await failPending()
  refuse()
  expect(await shop.refund(300)).toBe('refund_refused')
  expect((await shop.read()).refunds).toHaveLength(2)
  expect(await shop.refund(300)).toBe('made')
  expect(givenBack()).toEqual([300])
})

it('a refund whose answer was lost and that has failed can be made again', async () => {
  leavePending()
  expect(await shop.refundWithoutAnswer(300)).toBe('no answer')
  await failPending()
  expect(await shop.refund(200)).toBe('made')
  expect(givenBack()).toEqual([200])
})

it('another amount waits for the refund whose answer was lost, whatever has failed before', async () => {
  refuse()
  expect(await shop.refund(300)).toBe('refund_refused')
  expect(await shop.refundWithoutAnswer(300)).toBe('no answer')
  expect(await shop.refund(200)).toBe('idempotency_key_reused')
  expect(await shop.refund(300)).toBe('made')
  expect(givenBack()).toEqual([300])
})

it('a Medusa that forgets a refund which it has made gets the same one again', async () => {
  expect(await shop.refund(300)).toBe('made')
  shop.refunds = 0
  expect(await shop.refund(300)).toBe('made')
  expect(givenBack()).toEqual([300])
})
