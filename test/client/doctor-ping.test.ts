import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { createWebhooks } from '../../integrations/client/index.ts'
import { receiveWebhooks } from '../../integrations/client/testing/webhooks.ts'
import { paidSessionOf } from '../../integrations/medusa/paid-session.ts'
import { readConfig } from '../../server/config.ts'
import { systemClock } from '../../server/core/clock.ts'
import { checkWebhook } from '../../server/ops/doctor/webhook.ts'
import { openShop, webhookSecret } from '../ops/shop.ts'
import { merchantKey } from '../support/test-server.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** What `netgiro-checkout doctor` says of a shop whose webhooks go to this address. */
async function doctorSays(url: string): Promise<string> {
  const config = readConfig({
    NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
    NETGIRO_SECRET_KEY: 'secret-of-the-tests-0123456789abcdef',
    NETGIRO_API_URL: 'http://127.0.0.1:4010/v1',
    PUBLIC_URL: 'http://127.0.0.1:8080',
    MERCHANT_API_KEY: merchantKey,
    MERCHANT_NAME: 'Ullarbúðin',
    ALLOWED_ORIGINS: 'https://shop.example',
    WEBHOOK_URL: url,
    WEBHOOK_SECRET: webhookSecret,
  })
  return (await checkWebhook(config, systemClock)).message
}

it('the provider for Medusa takes the doctor’s ping for nothing that it must act on', async () => {
  const webhooks = createWebhooks(webhookSecret)
  const taken: unknown[] = []
  const server = createServer((request, response) => {
    const receive = async () => {
      const webhook = webhooks.verify(await buffer(request), request.headers)
      taken.push(paidSessionOf(webhook))
      response.writeHead(204).end()
    }
    receive().catch(() => response.writeHead(500).end())
  }).listen(0, '127.0.0.1')
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  expect(await doctorSays(`http://127.0.0.1:${port}/`)).toContain('accepts webhooks')
  expect(taken).toEqual([null])
})

it('the receiver of a shop’s tests passes the doctor’s ping on, and waits for events only', async () => {
  const shop = await openShop()
  closing.push(shop.close)
  const receiver = await receiveWebhooks({ secret: webhookSecret, forwardTo: shop.url })
  closing.push(() => receiver.close())
  expect(await doctorSays(receiver.url)).toContain('accepts webhooks')
  expect(shop.received).toHaveLength(1)
  const paid = receiver.next({ type: 'checkout.paid' }, 1)
  await expect(paid).rejects.toThrow('Webhooks so far: doctor.ping: 200')
})
