import { spawnSync } from 'node:child_process'
import { afterEach, expect, it } from 'vitest'
import { randomOf } from '../support/random.ts'
import { merchant, merchantKey, start, until } from '../support/test-server.ts'
import { Shop } from './shop.ts'
import { Site } from './site.ts'

const hasPhp = spawnSync('php', ['--version'], { stdio: 'ignore' }).status === 0
const closing: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close()
})

/** A shop with the prefix and the server of this one, whose orders get the same ids again. */
async function restoredFrom({ server }: Site): Promise<Shop> {
  const shop = new Shop(randomOf(2))
  closing.push(shop)
  const secret = `whsec_${Buffer.from('secret of the restored shop 1234').toString('base64')}`
  await shop.start({ BFF_URL: server.url, MERCHANT_API_KEY: merchantKey, WEBHOOK_SECRET: secret })
  return shop
}

async function order(shop: Shop, total: string): Promise<number> {
  return Number((await shop.call('/orders', { input: { total } }))?.['id'])
}

/** Places an order of 990 krónur, and opens its waiting page. @returns the session of that page */
async function placeOrder({ shop }: Site): Promise<{ id: number; session: string }> {
  const id = await order(shop, '990')
  await shop.call('/pay', { order: id })
  const page = await shop.call('/waiting', { order: id })
  const [, session = ''] = /session="([^"]+)"/.exec(String(page?.['html'])) ?? []
  return { id, session }
}

async function pay(site: Site, { id, session }: { id: number; session: string }): Promise<void> {
  await start(site.server, session)
  const { simulator } = site.server
  const waiting = await until(
    () => simulator.inspect().carts.filter((cart) => cart.state === 'waiting'),
    (carts) => carts.length > 0,
  )
  for (const { TransactionId } of waiting) simulator.approve(TransactionId)
  await site.settle()
  expect((await site.shop.read(id)).date_paid).not.toBeNull()
}

it.skipIf(!hasPhp).each([
  { state: 'paid', total: '990' },
  { state: 'paid', total: '500' },
  { state: 'open', total: '990' },
  { state: 'open', total: '500' },
])(
  'an order of $total kr. in a restored shop leaves the $state checkout alone whose reference it got',
  async ({ state, total }) => {
    const site = await Site.open('automatic', randomOf(1))
    closing.push(site)
    const former = await placeOrder(site)
    if (state === 'paid') await pay(site, former)
    const restored = await restoredFrom(site)
    const id = await order(restored, total)
    const result = await restored.call('/pay', { order: id })
    expect(id).toBe(former.id)
    expect(JSON.stringify(result)).toContain('Contact the shop')
    const unpaid = { status: 'pending', transaction_id: '', notes: [] }
    expect(await restored.read(id)).toMatchObject(unpaid)
    const held = await merchant(site.server, 'GET', `/v1/checkouts?reference=woo-${id}`)
    expect(await held.json()).toMatchObject({ status: state, amount: 990 })
  },
)
