import { execFile } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { filesOf } from '../support/blocks.ts'
import { newConsumer, root } from './consumer.ts'
import type { Consumer } from './consumer.ts'

let consumer: Consumer
beforeAll(() => {
  consumer = newConsumer()
})
afterAll(() => consumer.remove())

const run = promisify(execFile)
const files = filesOf('docs/testing-your-shop.md')

it('a shop that follows the page runs its example with Vitest', async () => {
  for (const name of ['shop.js', 'serve.js', 'shop.test.js'])
    consumer.write(name, files.get(name) ?? '')
  consumer.write('vitest.config.js', 'export default {}')
  const vitest = consumer.installed('vitest')
  if (!existsSync(vitest)) symlinkSync(join(root, 'node_modules/vitest'), vitest, 'junction')
  const args = [join(vitest, 'vitest.mjs'), 'run', '--reporter=verbose', 'shop.test.js']
  const { stdout } = await run(process.execPath, args, { cwd: consumer.folder, env: {} })
  expect(stdout).toContain('2 passed')
})

it('the shop of the page accepts the ping of the doctor', () => {
  consumer.write('shop.js', files.get('shop.js') ?? '')
  const output = consumer.run(`
    import { createHmac } from 'node:crypto'
    import { createShop } from './shop.js'
    const key = Buffer.from('a secret of thirty-two bytes, ok')
    const webhookSecret = 'whsec_' + key.toString('base64')
    const shop = createShop({ url: 'http://127.0.0.1:8080', merchantApiKey: 'key', webhookSecret })
    const body = JSON.stringify({ type: 'doctor.ping', timestamp: new Date(), data: {} })
    const at = String(Math.floor(Date.now() / 1000))
    const signature = createHmac('sha256', key).update('ping_1.' + at + '.' + body).digest('base64')
    const headers = { 'webhook-id': 'ping_1', 'webhook-timestamp': at, 'webhook-signature': 'v1,' + signature }
    const request = new Request('http://localhost/webhooks/netgiro', { method: 'POST', body, headers })
    console.log((await shop(request)).status)`)
  expect(output.trim()).toBe('204')
})

it('an expired request is told as a failed attempt, and waiting for what does not come says what came', () => {
  const output = consumer.run(`
    import { startTestServer } from 'netgiro-checkout-client/testing'
    const checkout = await startTestServer({ timeoutMs: 3000 })
    const order = { reference: 'WEB-1', amount: 12990, currency: 'ISK' }
    const { session } = await checkout.client.checkouts.create(order)
    await checkout.start(session)
    await checkout.expire('WEB-1')
    const { type, answered, data } = await checkout.webhook({ type: 'checkout.attempt_failed' })
    console.log(type, answered, data.checkout.reference)
    const missing = (waiting) => waiting.then(() => 'none', (error) => error.message)
    console.log(await missing(checkout.webhook({ type: 'checkout.paid', reference: 'WEB-1' })))
    console.log(await missing(checkout.approve('WEB-1')))
    await checkout.close()`)
  expect(output.split('\n')).toEqual([
    'checkout.attempt_failed 204 WEB-1',
    'The shop accepted no checkout.paid about WEB-1. Webhooks so far: checkout.attempt_failed about WEB-1: 204',
    'No request about WEB-1 waits on the phone; its checkout is open',
    '',
  ])
})

it.each(['v1', 'v2'])('a paid order is refunded through Netgíró %s', (api) => {
  const output = consumer.run(`
    import { startTestServer } from 'netgiro-checkout-client/testing'
    const checkout = await startTestServer({ settings: { NETGIRO_API: '${api}' } })
    const order = { reference: 'WEB-1', amount: 12990, currency: 'ISK' }
    const { id, session } = await checkout.client.checkouts.create(order)
    await checkout.start(session)
    await checkout.approve('WEB-1')
    await checkout.webhook({ type: 'checkout.paid' })
    await checkout.client.checkouts.refund(id, { amount: 500 }, { idempotencyKey: 'return-1' })
    const { data } = await checkout.webhook({ type: 'checkout.refunded' })
    console.log(data.checkout.refundedAmount)
    await checkout.close()`)
  expect(output.trim()).toBe('500')
})

it('waits for the checkout of an order that the shop is still to create', () => {
  const output = consumer.run(`
    import { startTestServer } from 'netgiro-checkout-client/testing'
    const checkout = await startTestServer({ timeoutMs: 5000 })
    const approved = checkout.approve('WEB-1')
    approved.catch(() => {})
    const order = { reference: 'WEB-1', amount: 12990, currency: 'ISK' }
    const { session } = await checkout.client.checkouts.create(order)
    await checkout.start(session)
    await approved
    await checkout.webhook({ type: 'checkout.paid' })
    await checkout.close()
    const impatient = await startTestServer({ timeoutMs: 50 })
    console.log(await impatient.decline('WEB-2').catch(({ message }) => message))
    await impatient.close()`)
  expect(output.trim()).toBe('No request about WEB-2 waits on the phone; it has no checkout yet')
})
