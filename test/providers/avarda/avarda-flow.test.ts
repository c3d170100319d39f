import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../../server/log.ts'
import type { Snapshot } from '../../../server/protocol/index.ts'
import { startServer } from '../../../server/serve.ts'
import { AvardaTestServer, avardaOrder } from '../../support/avarda.ts'
import {
  browser,
  merchant,
  merchantKey,
  origin,
  read,
  secretKey,
  until,
} from '../../support/test-server.ts'
import type { Created } from '../../support/test-server.ts'

let shop: AvardaTestServer
let created: Created
beforeEach(async () => {
  shop = await AvardaTestServer.open()
  created = await shop.create()
})
afterEach(() => shop.close())

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', body: JSON.stringify(body) }).then(({ status }) => status)

describe('Avarda’s form', () => {
  it('the form receives its purchase id and notification URL, and nothing else', async () => {
    const snapshot = await shop.start(created.session)
    const [purchase] = shop.simulator.purchases()
    expect(snapshot).toMatchObject({ status: 'awaiting_shopper', phone: null, currency: 'SEK' })
    expect(snapshot.form).toEqual({
      script: shop.simulator.scriptUrl,
      settings: {
        purchaseId: purchase!.PurchaseId,
        purchaseCompletedCallbackUrl: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:\d+\/v1\/callbacks\/avarda\/cs_[\w-]{43}$/,
        ),
      },
    })
    expect(purchase).toMatchObject({
      Price: 280,
      Items: [
        { Description: 'Lopapeysa', Amount: 259.9, TaxCode: '25', TaxAmount: 51.98 },
        { Description: 'Sokkar', Amount: 20.1 },
      ],
    })
    expect(purchase!.OrderReference).toMatch(new RegExp(`^${created.reference}-`))
  })

  it('the form is the same for every browser, and after a reload', async () => {
    const first = await shop.start(created.session)
    expect((await shop.start(created.session)).form).toEqual(first.form)
    expect((await read(shop.testServer, created.session)).form).toEqual(first.form)
    expect(shop.simulator.inspect().calls.InitializePayment).toBe(1)
  })

  it('the form is paid after the notification, long before the next poll', async () => {
    const { purchaseId } = await shop.showForm(created.session)
    shop.simulator.approve(purchaseId)
    await until(
      () => read(shop.testServer, created.session),
      ({ status }) => status === 'paid',
    )
    expect(shop.purchase(purchaseId).notifications).toMatchObject([{ status: 200, attempt: 1 }])
    expect((await read(shop.testServer, created.session)).form).toBeUndefined()
  })

  it('the form is paid by polling when Avarda sends no notification', async () => {
    shop.simulator.fault({ call: 'Notification', kind: 'never' })
    const { purchaseId } = await shop.showForm(created.session)
    await shop.asked(purchaseId, 2)
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(created.session, 'paid')
    expect(await shop.view(created.id)).toMatchObject({
      status: 'paid',
      attempts: [{ transactionId: purchaseId, outcome: null }],
    })
    expect(shop.purchase(purchaseId).notifications).toEqual([])
  })

  it('the form is paid through the card page and the credit check', async () => {
    const { purchaseId } = await shop.showForm(created.session)
    for (const state of [6, 1, 4, 10] as const) {
      shop.simulator.advance(purchaseId, state)
      await shop.asked(purchaseId, shop.purchase(purchaseId).calls.GetPaymentStatus + 1)
      expect((await read(shop.testServer, created.session)).status).toBe('awaiting_shopper')
    }
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(created.session, 'paid')
  })

  it.each([
    ['decline', 'declined', 'declined', '11'],
    ['cancel', 'failed', 'canceled_or_failed', '3'],
    ['timeOut', 'expired', 'no_answer', '5'],
    ['handOver', 'canceled', 'paid_another_way', '13'],
  ] as const)(
    'the form ends by %s, and another one can be started',
    async (action, outcome, reason, code) => {
      const { purchaseId } = await shop.showForm(created.session)
      shop.simulator[action](purchaseId)
      const snapshot = await shop.awaitStatus(created.session, 'open')
      expect(snapshot).toMatchObject({ lastAttempt: { outcome, reason }, uncertain: false })
      expect((await shop.view(created.id)).attempts).toMatchObject([{ providerCode: code }])

      const again = await shop.showForm(created.session)
      expect(again.purchaseId).not.toBe(purchaseId)
      shop.simulator.approve(again.purchaseId)
      await shop.awaitStatus(created.session, 'paid')
    },
  )

  it('a purchase that the merchant canceled at Avarda before the first poll is no payment', async () => {
    shop.simulator.fault({ call: 'Notification', kind: 'never' })
    const { purchaseId } = await shop.showForm(created.session)
    shop.simulator.approve(purchaseId)
    shop.simulator.advance(purchaseId, 8)
    expect(await shop.awaitStatus(created.session, 'open')).toMatchObject({
      lastAttempt: { outcome: 'canceled', reason: 'canceled_by_shop' },
    })
  })

  it.each(['wrong_amount', 'wrong_reference', 'wrong_currency'] as const)(
    'a form that is repeatedly reported completed with a %s leads to a review',
    async (kind) => {
      const { purchaseId } = await shop.showForm(created.session)
      shop.simulator.fault({ call: 'GetPaymentStatus', kind, times: 3 })
      shop.simulator.approve(purchaseId)
      await shop.awaitStatus(created.session, 'review')
      expect((await shop.view(created.id)).attempts).toHaveLength(1)
    },
  )

  it.each([
    ['an unknown state', { kind: 'unknown_state', state: 42 }],
    ['an answer about another purchase', { kind: 'wrong_id' }],
    ['credentials that are refused meanwhile', { kind: 'unauthorized' }],
    ['a failure', { kind: 'http_500' }],
    ['a page', { kind: 'html' }],
    ['an error of each shape', { kind: 'e1' }],
    ['an error of each shape', { kind: 'e2', status: 200 }],
    ['an error of each shape', { kind: 'e3' }],
    ['an error of each shape', { kind: 'e4', status: 200 }],
    ['half an answer', { kind: 'bad_json' }],
    ['no answer', { kind: 'drop_after_effect' }],
  ] as const)('the form is not ended by %s: %j', async (_, fault) => {
    const { purchaseId } = await shop.showForm(created.session)
    shop.simulator.fault({ call: 'GetPaymentStatus', times: 3, ...fault })
    await shop.asked(purchaseId, 3)
    expect(await read(shop.testServer, created.session)).toMatchObject({
      ...{ status: 'awaiting_shopper', uncertain: false, lastAttempt: null },
    })
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(created.session, 'paid')
  })
})

describe('an InitializePayment', () => {
  const failed = (reason: string) => ({
    ...{ status: 'open', uncertain: false, lastAttempt: { outcome: 'failed', reason } },
  })

  it.each([
    ['lost before its effect', { kind: 'drop_before_effect' }, 0],
    ['lost after its effect', { kind: 'drop_after_effect' }, 1],
    ['a failure of Avarda’s', { kind: 'http_500' }, 0],
    ['cut in half', { kind: 'bad_json' }, 1],
    ['a page', { kind: 'html' }, 0],
  ] as const)(
    'abandons an InitializePayment (%s), and the shopper may start again at once',
    async (_, fault, made) => {
      shop.simulator.fault({ call: 'InitializePayment', ...fault })
      const snapshot = await shop.start(created.session)
      expect(snapshot).toMatchObject(failed('provider_unavailable'))
      expect(shop.simulator.purchases()).toHaveLength(made)

      const { purchaseId } = await shop.showForm(created.session)
      shop.simulator.approve(purchaseId)
      await shop.awaitStatus(created.session, 'paid')
      expect(shop.simulator.purchases().filter(({ approvals }) => approvals > 0)).toHaveLength(1)
    },
  )

  it.each([
    ['E2', { kind: 'e2' }],
    ['E2', { kind: 'e2', status: 200 }],
    ['E1', { kind: 'e1' }],
    ['E3', { kind: 'e3', status: 400 }],
    ['E4', { kind: 'e4' }],
  ] as const)(
    'an InitializePayment refused by %s %j counts as not sent, and its text appears nowhere',
    async (_, fault) => {
      const messages = ['canary-of-the-message']
      shop.simulator.fault({ call: 'InitializePayment', messages, ...fault })
      expect(await shop.start(created.session)).toMatchObject(failed('request_not_sent'))
      expect(JSON.stringify(await shop.view(created.id))).not.toContain('canary')
      expect((await shop.showForm(created.session)).purchaseId).not.toBe('')
    },
  )

  it('an InitializePayment is not sent when our credentials are refused, and the payer is not blamed', async () => {
    shop.simulator.fault({ call: 'InitializePayment', kind: 'unauthorized' })
    expect(await shop.start(created.session)).toMatchObject(failed('provider_unavailable'))
    expect((await shop.view(created.id)).attempts).toMatchObject([
      { providerCode: 'credentials_refused' },
    ])
    expect((await shop.showForm(created.session)).purchaseId).not.toBe('')
  })

  it('abandons an InitializePayment when the process dies before the response', async () => {
    shop.simulator.fault({ call: 'InitializePayment', kind: 'delay', ms: 60_000 })
    const pressed = shop.start(created.session)
    await until(() => shop.simulator.purchases().length === 1)

    const other = await afterCrash()
    const asBrowser = { origin, authorization: `Bearer ${created.session}` }
    const look = async (path = '', init: RequestInit = {}) => {
      const response = await fetch(`${other.url}/v1/session${path}`, {
        headers: asBrowser,
        ...init,
      })
      return (await response.json()) as Snapshot
    }
    expect(await until(look, ({ status }) => status === 'open')).toMatchObject(
      failed('provider_unavailable'),
    )
    expect(await look('/start', { method: 'POST' })).toMatchObject({ status: 'awaiting_shopper' })
    expect(shop.simulator.purchases()).toHaveLength(2)
    await other.close()

    shop.clock.advance(60_000)
    await pressed
  })

  it('a server that restarts gracefully completes an InitializePayment', async () => {
    const { purchaseId } = await shop.showForm(created.session)
    await shop.testServer.restart()
    expect((await read(shop.testServer, created.session)).form?.settings['purchaseId']).toBe(
      purchaseId,
    )
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(created.session, 'paid')
    expect(shop.simulator.inspect().calls.InitializePayment).toBe(1)
  })

  /** What a process that was killed now would have left on the disk, taken up by another one. */
  async function afterCrash() {
    const folder = mkdtempSync(join(tmpdir(), 'crash-'))
    for (const end of ['', '-wal'])
      if (existsSync(shop.testServer.databasePath + end))
        copyFileSync(shop.testServer.databasePath + end, join(folder, `checkout.db${end}`))
    const server = await startServer(
      {
        ...shop.env,
        NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
        NETGIRO_SECRET_KEY: secretKey,
        NETGIRO_API_URL: shop.testServer.simulator.apiUrl,
        PUBLIC_URL: 'http://127.0.0.1:9',
        PORT: '0',
        ALLOWED_ORIGINS: origin,
        MERCHANT_API_KEY: merchantKey,
        MERCHANT_NAME: 'Ullarbúðin',
        DATABASE_URL: `file:${join(folder, 'checkout.db')}`,
      },
      { log: createLog('silent'), clock: shop.clock },
    )
    return {
      url: server.url,
      async close() {
        await server.close()
        rmSync(folder, { recursive: true })
      },
    }
  }
})

describe('a cancellation while the form is open', () => {
  const close = async () => {
    const answered = merchant(shop.testServer, 'POST', `/v1/checkouts/${created.id}/cancel`)
    await until(
      () => read(shop.testServer, created.session),
      ({ cancelRequested }) => cancelRequested,
    )
    shop.clock.advance(10_000)
    return (await (await answered).json()) as { status: string }
  }

  it('a cancellation by the shop stays pending until Avarda reports that the session is over', async () => {
    const { purchaseId } = await shop.showForm(created.session)
    expect(await close()).toMatchObject({ status: 'awaiting_shopper' })
    shop.simulator.timeOut(purchaseId)
    expect(await shop.awaitStatus(created.session, 'canceled')).toMatchObject({
      lastAttempt: { outcome: 'expired', reason: 'no_answer' },
    })
  })

  it('a cancellation by the shop is too late when the shopper pays', async () => {
    const { purchaseId } = await shop.showForm(created.session)
    await close()
    shop.simulator.approve(purchaseId)
    expect(await shop.awaitStatus(created.session, 'paid')).toMatchObject({ lastAttempt: null })
    expect(await close2()).toBe('paid')
  })

  const close2 = async () => {
    const answer = await merchant(shop.testServer, 'POST', `/v1/checkouts/${created.id}/cancel`)
    return ((await answer.json()) as { status: string }).status
  }

  it('acknowledges a cancellation by the shopper at once, and settles it by Avarda’s status', async () => {
    const { purchaseId } = await shop.showForm(created.session)
    const answer = await browser(shop.testServer, created.session, 'POST', '/v1/session/cancel', {
      body: {},
    })
    expect(await answer.json()).toMatchObject({ status: 'awaiting_shopper', cancelRequested: true })
    shop.simulator.cancel(purchaseId)
    expect(await shop.awaitStatus(created.session, 'open')).toMatchObject({
      lastAttempt: { outcome: 'failed', reason: 'canceled_or_failed' },
    })
    expect(shop.simulator.inspect().calls.CancelPayment).toBe(0)
  })
})

describe('a notification', () => {
  const checks = (purchaseId: string) => shop.purchase(purchaseId).calls.GetPaymentStatus

  it('a forged notification is at most a hint to poll, and nothing is adopted from it', async () => {
    const { purchaseId, notifyUrl } = await shop.showForm(created.session)
    const other = await shop.create()
    const theirs = await shop.showForm(other.session)
    shop.simulator.approve(theirs.purchaseId)
    await shop.awaitStatus(other.session, 'paid')
    // Our answer completes no sale here; to refuse it would only tell who sent it what we know.
    expect(await post(notifyUrl, { purchaseId: theirs.purchaseId })).toBe(200)
    expect(await post(notifyUrl, { purchaseId: '0'.repeat(32) })).toBe(200)
    expect(await post(notifyUrl, {})).toBe(200)
    expect((await shop.view(created.id)).attempts).toMatchObject([{ transactionId: purchaseId }])
    expect((await read(shop.testServer, created.session)).status).toBe('awaiting_shopper')
  })

  it('answers 404 to a notification to an unknown URL, or another provider’s', async () => {
    const { purchaseId, notifyUrl } = await shop.showForm(created.session)
    expect(await post(`${notifyUrl.slice(0, -1)}~`, { purchaseId })).toBe(404)
    const unknown = notifyUrl.replace(/cs_.*/, `cs_${'a'.repeat(43)}`)
    expect(await post(unknown, { purchaseId })).toBe(404)
    expect(await post(notifyUrl.replace('/avarda/', '/netgiro/'), { purchaseId })).toBe(404)
    expect(checks(purchaseId)).toBe(0)
  })

  it('notifications make us poll at most once a second, even after the end', async () => {
    const { purchaseId, notifyUrl } = await shop.showForm(created.session)
    const flood = async () => {
      const before = checks(purchaseId)
      for (let times = 0; times < 50; times++)
        expect(await post(notifyUrl, { purchaseId })).toBe(200)
      return checks(purchaseId) - before
    }
    expect(await flood()).toBeLessThanOrEqual(1)
    shop.clock.advance(1_000)
    expect(await flood()).toBeLessThanOrEqual(1)
    shop.simulator.cancel(purchaseId)
    await shop.awaitStatus(created.session, 'open')
    expect(await flood()).toBeLessThanOrEqual(1)
    expect(checks(purchaseId)).toBeGreaterThan(2)
  })

  it('a notification that is repeated a hundred times changes nothing and costs few polls', async () => {
    shop.simulator.fault({ call: 'Notification', kind: 'duplicate' })
    const { purchaseId, notifyUrl } = await shop.showForm(created.session)
    shop.simulator.approve(purchaseId)
    await until(() => shop.purchase(purchaseId).notifications.length === 2)
    await shop.awaitStatus(created.session, 'paid')
    const { version } = await read(shop.testServer, created.session)
    const before = checks(purchaseId)
    for (let times = 0; times < 100; times++)
      expect(await post(notifyUrl, { purchaseId })).toBe(200)
    expect(await read(shop.testServer, created.session)).toMatchObject({ status: 'paid', version })
    expect(checks(purchaseId)).toBe(before)
  })
})

describe('a purchase that does not end', () => {
  it('a purchase that does not end is polled more rarely after its timeout, and can still be paid', async () => {
    const { purchaseId } = await shop.showForm(created.session)
    shop.simulator.advance(purchaseId, 6)
    const tenMinutes = async () => {
      const before = shop.purchase(purchaseId).calls.GetPaymentStatus
      await shop.pass(10 * 60_000)
      return shop.purchase(purchaseId).calls.GetPaymentStatus - before
    }
    expect(await tenMinutes()).toBeGreaterThan(30)
    await shop.pass(21 * 60_000)
    expect(await tenMinutes()).toBeLessThanOrEqual(20)
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(created.session, 'paid')
  })

  it('a purchase that does not end keeps its checkout from expiring until Avarda reports its end', async () => {
    const { id, session } = await shop.create({ expiresInSeconds: 60 })
    const { purchaseId } = await shop.showForm(session)
    shop.simulator.advance(purchaseId, 6)
    await shop.pass(120_000)
    expect(await read(shop.testServer, session)).toMatchObject({ status: 'awaiting_shopper' })
    shop.simulator.timeOut(purchaseId)
    await shop.awaitStatus(session, 'expired')
    expect((await shop.view(id)).attempts).toMatchObject([{ outcome: 'expired' }])
  })
})

describe('a purchase that was thought to be over', () => {
  const twoForms = async () => {
    const first = await shop.showForm(created.session)
    shop.simulator.handOver(first.purchaseId)
    await shop.awaitStatus(created.session, 'open')
    const second = await shop.showForm(created.session)
    // No way that Avarda documents, and none that it rules out.
    shop.simulator.advance(first.purchaseId, 2, { force: true })
    await shop.awaitStatus(created.session, 'paid')
    return { first, second }
  }
  const events = async () => {
    const response = await merchant(shop.testServer, 'GET', '/v1/events')
    const page = (await response.json()) as { events: { type: string }[] }
    return page.events.map(({ type }) => type)
  }

  it('a purchase that was thought to be over is paid late while another form is polled to its end', async () => {
    const { second } = await twoForms()
    shop.simulator.cancel(second.purchaseId)
    const over = () => shop.view(created.id).then(({ attempts }) => attempts[1]?.outcome)
    await until(() => {
      shop.clock.advance(1_000)
      return over()
    })
    expect(await events()).toEqual(['checkout.attempt_failed', 'checkout.paid'])
    expect(shop.testServer.parts().worker.size).toBe(0)
  })

  it('a late payment leads to a review, and is polled no more, when the other form is paid too', async () => {
    const { second } = await twoForms()
    shop.simulator.approve(second.purchaseId)
    await until(async () => {
      shop.clock.advance(1_000)
      return (await events()).includes('checkout.review')
    })
    expect(await shop.view(created.id)).toMatchObject({ status: 'paid', late: true })
    expect(shop.testServer.parts().worker.size).toBe(0)
    const { GetPaymentStatus: before } = shop.simulator.inspect().calls
    await shop.pass(30_000)
    expect(shop.simulator.inspect().calls.GetPaymentStatus).toBe(before)
  })
})

describe('an order', () => {
  const refused = async (order: object) => {
    const body = { reference: 'WEB-x', ...avardaOrder, ...order }
    const response = await merchant(shop.testServer, 'POST', '/v1/checkouts', { body })
    expect(response.status).toBe(400)
    return (await response.json()) as { code: string; detail: string }
  }

  it('refuses an order that Avarda would refuse with Avarda’s message before it is sent', async () => {
    expect(
      await refused({ items: [], providerOptions: { mail: 'nobody', phone: '1'.repeat(16) } }),
    ).toMatchObject({
      code: 'invalid_request',
      detail: [
        'items: Items List must contain at least one item.',
        'providerOptions.phone: Phone Number must be between 0 and 15 characters.',
        'providerOptions.mail: E-mail is not a valid email address.',
      ].join('; '),
    })
    expect((await refused({ amount: 28_001 })).detail).toBe(
      'amount: Total price is not equal to sum of item prices',
    )
    expect((await refused({ currency: 'ISK' })).detail).toMatch(/^currency: /)
    expect(shop.simulator.inspect().calls.InitializePayment).toBe(0)
  })

  it('refuses an order at a point of sale, which has no form', async () => {
    const body = { reference: 'POS-1', ...avardaOrder, channel: 'pos' }
    const response = await merchant(shop.testServer, 'POST', '/v1/checkouts', { body })
    expect(await response.json()).toMatchObject({ code: 'not_supported' })
  })

  it('an order with Avarda accepts no phone, and no refunds', async () => {
    const phone = await browser(shop.testServer, created.session, 'POST', '/v1/session/start', {
      body: { phone: '8223281' },
    })
    expect(await phone.json()).toMatchObject({ code: 'not_supported' })
    const { purchaseId } = await shop.showForm(created.session)
    shop.simulator.approve(purchaseId)
    await shop.awaitStatus(created.session, 'paid')
    const refund = await merchant(shop.testServer, 'POST', `/v1/checkouts/${created.id}/refunds`, {
      ...{ body: { amount: 1 }, headers: { 'idempotency-key': 'one' } },
    })
    expect(await refund.json()).toMatchObject({ code: 'not_supported' })
  })
})
