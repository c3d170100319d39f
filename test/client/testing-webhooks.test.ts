import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { receiveWebhooks } from '../../integrations/client/testing/webhooks.ts'
import type { WebhookReceiver } from '../../integrations/client/testing/webhooks.ts'
import { webhookSecret } from '../ops/shop.ts'
import { freePort } from '../support/free-port.ts'

let receiver: WebhookReceiver
beforeEach(async () => {
  receiver = await receiveWebhooks({ secret: webhookSecret, forwardTo: null })
})
afterEach(() => receiver.close())

async function refunded(refundedAmount: number, id = `evt_${refundedAmount}`): Promise<void> {
  expect((await deliver(refundedAmount, id)).status).toBe(204)
}

function deliver(refundedAmount: number, id: string): Promise<Response> {
  const body = JSON.stringify({
    ...{ type: 'checkout.refunded', timestamp: new Date().toISOString() },
    data: { checkout: { reference: 'WEB-1', refundedAmount } },
  })
  const signature = new Webhook(webhookSecret).sign(id, new Date(), body)
  return fetch(receiver.url, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', 'webhook-id': id, 'webhook-signature': signature },
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
    },
    body,
  })
}

const next = async (timeoutMs = 5_000) => {
  const expected = { type: 'checkout.refunded', reference: 'WEB-1' } as const
  const { data } = await receiver.next(expected, timeoutMs)
  return data.checkout.refundedAmount
}

it('takes each webhook once, so that a test of two partial refunds waits for the second one', async () => {
  await refunded(500)
  expect(await next()).toBe(500)
  const second = next()
  await refunded(12_990)
  expect(await second).toBe(12_990)
  await expect(next(1)).rejects.toThrow(/accepted no checkout.refunded about WEB-1/)
})

it('takes an event once that was sent again', async () => {
  await refunded(500)
  await refunded(500)
  await refunded(12_990)
  expect([await next(), await next()]).toEqual([500, 12_990])
})

it('says that the shop was not reached, so that nobody looks for a webhook that never came', async () => {
  await receiver.close()
  receiver = await receiveWebhooks({
    secret: webhookSecret,
    forwardTo: `http://127.0.0.1:${await freePort()}/webhooks`,
  })
  expect((await deliver(500, 'evt_1')).status).toBe(502)
  await expect(next(1)).rejects.toThrow('checkout.refunded about WEB-1: not reached')
})

it('says that the shop has not answered yet', async () => {
  const shop = createServer(() => {}).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  const { port } = shop.address() as AddressInfo
  await receiver.close()
  receiver = await receiveWebhooks({ secret: webhookSecret, forwardTo: `http://127.0.0.1:${port}` })
  const delivered = deliver(500, 'evt_1').catch(() => null)
  await once(shop, 'request')
  await expect(next(1)).rejects.toThrow('checkout.refunded about WEB-1: no answer yet')
  shop.closeAllConnections()
  await delivered
  await new Promise((resolve) => shop.close(resolve))
})
