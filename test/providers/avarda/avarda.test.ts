import * as fc from 'fast-check'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { soleOwner } from '../../../server/core/ownership.ts'
import { listen } from '../../../server/listening.ts'
import { accountOf } from '../../../server/providers/account.ts'
import { avarda } from '../../../server/providers/avarda/adapter.ts'
import type { PaymentRequest, Provider } from '../../../server/core/provider.ts'

const request: PaymentRequest = {
  amount: 10_010,
  currency: 'SEK',
  reference: 'WEB-1-abc',
  description: null,
  items: [{ description: 'guitar', quantity: 1, amount: 10_010 }],
  locationId: null,
  registerId: null,
  payer: { kind: 'provider_form' },
  options: { mail: 'anna@mail.se', ssn: '197901121181' },
  callbackUrl: 'https://pay.shop.is/cb',
  cancelCallbackUrl: 'https://pay.shop.is/cb/cancel',
}
const id = '19ac0d1ee909c302d212b4324d9194b5'
const handle = {
  providerRef: id,
  reference: request.reference,
  captureMethod: 'automatic',
} as const

let provider: Provider
let server: Server
afterEach(async () => {
  await provider.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function against(listener: RequestListener) {
  server = createServer(listener)
  const apiUrl = `${(await listen(server)).url}/CheckOut2`
  provider = avarda(
    {
      ...{ apiUrl, siteCode: 'Site', sitePassword: 'pæss:word', currency: null },
      scriptUrl: `${apiUrl}/Scripts/CheckOutClient.js`,
    },
    () => soleOwner.permit(),
  )
}

/** Answers so, and keeps what was asked. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const asked: { method: unknown; url: unknown; headers: Record<string, unknown>; body: string }[] =
    []
  await against((incoming, response) => {
    let text = ''
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    incoming.on('end', () => {
      const { method, url } = incoming
      asked.push({ method, url, headers: incoming.headers, body: text })
      response.writeHead(status, headers).end(body)
    })
  })
  return asked
}

describe('a call to Avarda', () => {
  it('a call to Avarda is one POST of JSON with the site’s credentials', async () => {
    const asked = await answering(200, JSON.stringify(id))
    expect(await provider.start(request)).toMatchObject({
      ...{ type: 'requested', providerRef: id },
      form: {
        script: `${provider.apiUrl}/Scripts/CheckOutClient.js`,
        settings: { purchaseId: id, purchaseCompletedCallbackUrl: request.callbackUrl },
      },
    })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      method: 'POST',
      url: '/CheckOut2/CheckOut2Api/InitializePayment',
      headers: {
        accept: 'application/json',
        // Not UTF-8: "ASCII" is one byte a character.
        authorization: `Basic ${btoa('Site:pæss:word')}`,
        'content-type': 'application/json; charset=utf-8',
      },
    })
    expect(JSON.parse(asked[0]!.body)).toEqual({
      ...{ Mail: 'anna@mail.se', SSN: '197901121181', OrderReference: 'WEB-1-abc', Price: 100.1 },
      Items: [{ Description: 'guitar', Amount: 100.1 }],
    })
  })

  it('sends only the purchase id to get a status', async () => {
    const asked = await answering(200, JSON.stringify({ PurchaseId: id, State: 1 }))
    expect(await provider.check(handle)).toMatchObject({ type: 'pending' })
    expect(asked[0]).toMatchObject({
      url: '/CheckOut2/CheckOut2Api/GetPaymentStatus',
      body: JSON.stringify({ PurchaseId: id }),
    })
  })

  it('a call without a response may have had an effect, unless it only reads', async () => {
    await against((incoming) => void incoming.socket.destroy())
    expect(await provider.start(request)).toMatchObject({ type: 'unknown', effect: true })
    expect(await provider.check(handle)).toMatchObject({ type: 'unknown', effect: false })
  })

  it('a call that was not sent has had no effect', async () => {
    await against(() => {})
    await new Promise((resolve) => server.close(resolve))
    expect(await provider.start(request)).toMatchObject({
      type: 'not_sent',
      evidence: { code: 'ECONNREFUSED' },
    })
  })

  it.each([
    [401, '"Unauthorized"'],
    [403, '<html>Forbidden</html>'],
    [403, '"Forbidden"'],
    [403, '{"Message":"Authorization has been denied for this request."}'],
  ])(
    'a start with credentials that are refused with %i has had no effect, and a status is unknown',
    async (status, body) => {
      await answering(status, body)
      const evidence = (call: string) => ({ call, code: 'credentials_refused', referenceId: null })
      expect(await provider.start(request)).toEqual({
        ...{ type: 'not_sent', evidence: evidence('InitializePayment') },
      })
      expect(await provider.check(handle)).toEqual({
        ...{ type: 'unknown', effect: false, evidence: evidence('GetPaymentStatus') },
      })
    },
  )

  it('a start that is refused with the id of a purchase may have had an effect', async () => {
    for (const status of [400, 401, 403]) {
      await answering(status, JSON.stringify(id))
      expect(await provider.start(request), String(status)).toMatchObject({
        ...{
          type: 'unknown',
          effect: true,
          evidence: { code: status === 400 ? 'http_400' : 'credentials_refused' },
        },
      })
    }
  })

  it('a start that is refused with 403 and a reason of the API is refused for that reason', async () => {
    for (const body of ['{"CheckOutErrorCode":7,"Errors":["x"]}', '[{"ErrorCode":"7"}]']) {
      await answering(403, body)
      expect(await provider.start(request)).toMatchObject({
        type: 'refused',
        evidence: { code: '7' },
      })
    }
  })

  it('the provider sends nothing once it is closed', async () => {
    const asked = await answering(200, JSON.stringify(id))
    await provider.close()
    expect(await provider.start(request)).toMatchObject({ type: 'not_sent' })
    expect(asked).toEqual([])
  })

  it('follows no redirect, which would carry the credentials away', async () => {
    const asked = await answering(307, '', { location: '/elsewhere' })
    expect(await provider.start(request)).toMatchObject({ type: 'unknown', effect: true })
    expect(asked).toHaveLength(1)
  })

  it('stops reading a response that exceeds the maximum size', async () => {
    await against((_, response) => {
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      }
      response.on('drain', flood)
      flood()
    })
    expect(await provider.check(handle)).toMatchObject({
      type: 'unknown',
      effect: false,
      evidence: { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
    })
  })
})

describe('an operation that Avarda does not have', () => {
  it('returns a result without a call for an operation that Avarda does not have', async () => {
    const asked = await answering(200, '')
    const evidence = (call: string) => ({ call, code: 'no_such_call', referenceId: null })
    expect(await provider.capture(handle)).toEqual({
      ...{ type: 'unknown', effect: false, evidence: evidence('capture') },
    })
    expect(await provider.submitCode(handle, '1234')).toEqual({
      ...{ type: 'unknown', effect: false, evidence: evidence('submitCode') },
    })
    expect(await provider.cancel(handle)).toEqual({
      ...{ type: 'too_late_to_cancel', evidence: evidence('cancel') },
    })
    expect(provider.refund).toBeNull()
    expect(asked).toEqual([])
  })
})

it('Avarda asks the payer in a form of its own, in web shops, for half an hour', async () => {
  await against(() => {})
  expect(provider).toMatchObject({
    ...{ name: 'avarda', api: 'checkout2', account: accountOf('Site') },
    ...{ startNotifiesPayer: false, canCancel: false },
    ...{ payers: { web: ['provider_form'], pos: [] } },
    approvalTimeoutMs: { provider_form: 30 * 60_000 },
  })
  expect(provider.captureMethodFor('provider_form')).toBe('automatic')
  const order = { ...request, provider: 'avarda', channel: 'web', metadata: {} } as const
  expect(provider.validateOrder(order, null)).toEqual([])
  expect(provider.validateOrder({ ...order, currency: 'ISK' }, null)).toHaveLength(1)
})

describe('a notification of Avarda', () => {
  const parse = (body: string) =>
    provider.parseCallback({
      ...{ url: 'https://pay.shop.is/cb', headers: new Headers() },
      body: new TextEncoder().encode(body),
    })

  it('a notification identifies its purchase, and proves nothing', async () => {
    await against(() => {})
    expect(parse(JSON.stringify({ purchaseId: id }))).toEqual({
      ...{ providerRef: id, paymentRef: null, reference: null },
      ...{ saysApproved: false, signed: false },
    })
    expect(parse(JSON.stringify({ purchaseId: id, more: 1 }))).toMatchObject({ providerRef: id })
  })

  it('refuses a notification with any other body', async () => {
    await against(() => {})
    for (const body of ['', '{}', 'null', '[]', '"x"', '{"purchaseId":7}', '{"purchaseId":""}'])
      expect(parse(body), body).toBeNull()
    expect(parse(JSON.stringify({ PurchaseId: id }))).toBeNull()
    expect(parse(JSON.stringify({ purchaseId: '../../x' }))).toBeNull()
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(parse(body)).toBeNull()
      }),
    )
  })
})
