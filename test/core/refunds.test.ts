import { afterEach, describe, expect, it } from 'vitest'
import type { FaultSpec, Simulator } from '../../demo/simulator/simulator.ts'
import {
  browser,
  merchant,
  merchantKey,
  onlyCart,
  read,
  secretKey,
} from '../support/test-server.ts'
import { start, startTestServer, until } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { ManualClock } from '../support/manual-clock.ts'

let clock: ManualClock
let testServer: TestServer
afterEach(() => testServer.close())

type Wires = (simulator: Simulator) => Record<string, string>
const v2: Wires = ({ v2Url }) => ({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url })
const v1WithPartner: Wires = ({ partnerUrl }) => ({ NETGIRO_PARTNER_API_URL: partnerUrl })
const v1: Wires = () => ({})

/** A checkout that was paid 12.990 krónur. */
const paid = async (env: Wires = v2) => {
  clock = new ManualClock()
  testServer = await startTestServer({ clock, envOf: env })
  const { session, id } = await testServer.create()
  await start(testServer, session)
  testServer.simulator.approve(onlyCart(testServer).TransactionId)
  await until(
    () => {
      clock.advance(500)
      return read(testServer, session)
    },
    ({ status }) => status === 'paid',
  )
  return id
}

interface Refund {
  readonly id: string
  readonly attemptId: string
  readonly amount: number
  readonly status: string
  readonly code: string
  readonly detail?: string
}
const refund = async (id: string, amount: unknown, key: string | null, attemptId?: string) => {
  const response = await merchant(testServer, 'POST', `/v1/checkouts/${id}/refunds`, {
    body: { amount, ...(attemptId !== undefined && { attemptId }) },
    headers: key === null ? {} : { 'idempotency-key': key },
  })
  return { status: response.status, body: (await response.json()) as Refund }
}

interface View {
  readonly status: string
  readonly refundedAmount: number
  readonly refunds: readonly Refund[]
  readonly attempts: readonly { id: string; transactionId: string }[]
  readonly history: readonly { type: string; call: string | null; code: string | null }[]
}
const view = async (id: string) =>
  (await (await merchant(testServer, 'GET', `/v1/checkouts/${id}`)).json()) as View

const events = async (wanted = 'checkout.refunded') => {
  const response = await merchant(testServer, 'GET', '/v1/events')
  const { events } = (await response.json()) as {
    events: { type: string; data: { checkout: View } }[]
  }
  return events.filter(({ type }) => type === wanted)
}
const concerns = () => testServer.logged().split('refund needs manual review').length - 1
const types = async (id: string) => (await view(id)).history.map(({ type }) => type)
const fault = (call: FaultSpec['call'], kind: FaultSpec['kind'], more: Partial<FaultSpec> = {}) => {
  testServer.simulator.fault({ call, kind, ...more })
}
const upstream = () => onlyCart(testServer).refunds.map(({ amount }) => amount)
const calls = () => testServer.simulator.inspect().calls
/** Turns the clock until the shop sees that nothing is pending any more. */
const settle = (id: string) =>
  until(
    () => {
      clock.advance(1_000)
      return view(id)
    },
    ({ refunds }) => refunds.every(({ status }) => status !== 'pending'),
  )
/** Long enough for many rounds. Each has its calls answered before the clock is turned again, however slow the machine is. */
const wait = async (ms: number) => {
  for (let passed = 0; passed < ms; passed += 5_000) {
    clock.advance(5_000)
    await merchant(testServer, 'GET', '/v1/events')
    await noMoreCalls()
  }
}
/** Some turns of the event loop without a call to the provider. */
const noMoreCalls = async () => {
  let seen = ''
  for (let quiet = 0; quiet < 25; quiet++) {
    await new Promise((resolve) => setImmediate(resolve))
    const now = JSON.stringify(calls())
    if (now !== seen) quiet = 0
    seen = now
  }
}

describe.each([
  ['V2', v2, 'v2.refund', 'refund'],
  ['V1 with the partner API', v1WithPartner, 'partner.refund', 'partner.refund'],
] as const)('a refund by %s', (_, env, call, count) => {
  it('refunds the whole amount', async () => {
    const id = await paid(env)
    const { status, body } = await refund(id, 12_990, 'r-1')
    expect(status).toBe(201)
    expect(body).toMatchObject({ amount: 12_990, status: 'refunded' })
    expect(onlyCart(testServer)).toMatchObject({
      ...{ state: 'paid', refunded: 12_990, refunds: [{ idempotencyKey: body.id }] },
    })
    expect(await view(id)).toMatchObject({ status: 'paid', refundedAmount: 12_990 })
  })

  it('refunds in parts, and never more than was paid', async () => {
    const id = await paid(env)
    expect((await refund(id, 5_000, 'r-1')).status).toBe(201)
    expect((await refund(id, 7_991, 'r-2')).body.code).toBe('refund_too_large')
    expect((await refund(id, 7_990, 'r-3')).status).toBe(201)
    expect(await refund(id, 1, 'r-4')).toMatchObject({
      ...{ status: 422, body: { code: 'refund_too_large' } },
    })
    expect(upstream()).toEqual([5_000, 7_990])
    expect(calls()[count]).toBe(2)
    expect((await view(id)).refundedAmount).toBe(12_990)
  })

  it('makes one refund however often it is requested with the same key', async () => {
    const id = await paid(env)
    const first = await refund(id, 100, 'r-1')
    const again = await refund(id, 100, 'r-1')
    expect(again).toEqual({ status: 200, body: first.body })
    expect(await refund(id, 101, 'r-1')).toMatchObject({
      ...{ status: 422, body: { code: 'idempotency_key_reused' } },
    })
    expect(upstream()).toEqual([100])
    expect(await events()).toHaveLength(1)
  })

  it('makes one refund when it is requested many times at once', async () => {
    const id = await paid(env)
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(id, 100, 'r-1')))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.every(({ body }) => body.status === 'refunded')).toBe(true)
    expect(upstream()).toEqual([100])
    expect(calls()[count]).toBe(1)
  })

  it('refunds no more than was paid when many refunds are requested at once', async () => {
    const id = await paid(env)
    const requests = Array.from({ length: 20 }, (_, number) => refund(id, 5_000, `r-${number}`))
    const answers = await Promise.all(requests)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    expect(answers.filter(({ body }) => body.code === 'refund_too_large')).toHaveLength(18)
    expect(upstream()).toEqual([5_000, 5_000])
    expect(calls()[count]).toBe(2)
  })

  it.each(['drop_before_effect', 'drop_after_effect', 'http_500', 'html', 'bad_json'] as const)(
    'a refund is pending when its answer is lost (%s), and settled by retrying with the same key',
    async (kind) => {
      const id = await paid(env)
      fault(call, kind)
      const { status, body } = await refund(id, 100, 'r-1')
      expect(status).toBe(202)
      expect(body).toMatchObject({ status: 'pending', settledAt: null })
      // What may have been given back is not there to be given back again.
      expect((await refund(id, 12_990, 'r-2')).body.code).toBe('refund_too_large')
      expect(await events()).toEqual([])
      expect(await settle(id)).toMatchObject({
        ...{ refundedAmount: 100, refunds: [{ id: body.id, status: 'refunded' }] },
      })
      expect(onlyCart(testServer).refunds).toMatchObject([{ amount: 100, idempotencyKey: body.id }])
      expect(await refund(id, 100, 'r-1')).toMatchObject({
        ...{ status: 200, body: { id: body.id, status: 'refunded' } },
      })
      expect(await events()).toHaveLength(1)
    },
  )

  it('makes one refund when the process ends between the call and its answer', async () => {
    const id = await paid(env)
    fault(call, 'drop_after_effect')
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    await testServer.restart()
    expect(await settle(id)).toMatchObject({ refundedAmount: 100 })
    expect(upstream()).toEqual([100])
    expect(await events()).toHaveLength(1)
  })

  it('reports a refund that the provider refuses, and lets its amount be refunded again', async () => {
    const id = await paid(env)
    fault(call, 'refuse', { message: 'Kennitala 111111-1119' })
    for (const status of [422, 422])
      expect(await refund(id, 12_990, 'r-1')).toMatchObject({
        ...{ status, body: { code: 'refund_refused' } },
      })
    expect(calls()[count]).toBe(1)
    expect(await view(id)).toMatchObject({ refundedAmount: 0, refunds: [{ status: 'failed' }] })
    expect(await events()).toEqual([])
    expect(testServer.logged()).not.toContain('111111-1119')
    expect((await refund(id, 12_990, 'r-2')).status).toBe(201)
  })

  it('a refund is not reported as refused when an earlier try may have been carried out', async () => {
    const id = await paid(env)
    fault(call, 'drop_after_effect')
    // As a provider might answer a key that it has had before.
    fault(call, 'refuse', { times: 3 })
    expect((await refund(id, 12_990, 'r-1')).status).toBe(202)
    expect((await refund(id, 12_990, 'r-1')).status).toBe(202)
    expect((await refund(id, 12_990, 'r-2')).body.code).toBe('refund_too_large')
    expect(testServer.logged()).toContain('refund needs manual review')
    await settle(id)
    expect(upstream()).toEqual([12_990])
  })

  it('a refund is not reported as refused after a restart, when its earlier tries are uncertain', async () => {
    const id = await paid(env)
    fault(call, 'drop_after_effect')
    expect((await refund(id, 12_990, 'r-1')).status).toBe(202)
    await testServer.restart()
    fault(call, 'refuse')
    expect((await refund(id, 12_990, 'r-1')).status).toBe(202)
    await settle(id)
    expect(upstream()).toEqual([12_990])
    expect((await view(id)).refundedAmount).toBe(12_990)
  })

  it('notifies the shop of each refund once, with the sum', async () => {
    const id = await paid(env)
    const { body } = await refund(id, 100, 'r-1')
    await refund(id, 250, 'r-2')
    const told = await events()
    expect(told.map(({ data }) => data.checkout.refundedAmount)).toEqual([100, 350])
    expect(told[0]?.data.checkout.refunds).toMatchObject([{ id: body.id, amount: 100 }])
    const { history } = await view(id)
    expect(history.slice(-4).map(({ type }) => type)).toEqual([
      ...['refund_requested', 'refunded', 'refund_requested', 'refunded'],
    ])
    expect(history.at(-1)?.call).toMatch(/refund$/)
  })

  it('keeps secrets out of the responses and logs of a refund', async () => {
    const id = await paid(env)
    for (const kind of ['drop_before_effect', 'http_500', 'refuse'] as const) {
      fault(call, kind)
      const { body } = await refund(id, 10, kind)
      expect(JSON.stringify(body)).not.toContain(secretKey)
    }
    for (const secret of [secretKey, merchantKey]) expect(testServer.logged()).not.toContain(secret)
  })
})

describe('a refund that is not possible', () => {
  it('V1 alone does not support refunds', async () => {
    const id = await paid(v1)
    expect(await refund(id, 100, 'r-1')).toMatchObject({
      status: 422,
      body: { code: 'not_supported', detail: 'not supported by this provider' },
    })
    expect((await view(id)).refunds).toEqual([])
  })

  it('a former account that can make no refunds does not support them, whatever the present one can', async () => {
    const id = await paid(v1)
    const { v2Url, apiUrl } = testServer.simulator
    const former = {
      ...{ NETGIRO_PREVIOUS_API: 'v1', NETGIRO_PREVIOUS_API_URL: apiUrl },
      NETGIRO_PREVIOUS_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
      NETGIRO_PREVIOUS_SECRET_KEY: secretKey,
    }
    await testServer.reconfigure({ NETGIRO_API: 'v2', NETGIRO_API_URL: v2Url, ...former })
    expect(await refund(id, 100, 'r-1')).toMatchObject({
      ...{ status: 422, body: { code: 'not_supported' } },
    })
    expect((await view(id)).refunds).toEqual([])
  })

  it('refuses a refund before anything was paid', async () => {
    clock = new ManualClock()
    testServer = await startTestServer({ clock, envOf: v2 })
    const { id, session } = await testServer.create()
    await start(testServer, session)
    expect(await refund(id, 100, 'r-1')).toMatchObject({ status: 409, body: { code: 'not_paid' } })
    expect(calls().refund).toBe(0)
  })

  it.each([0, -1, 1.5, '100', null, 1e21])('refuses a refund of %j', async (amount) => {
    const id = await paid()
    expect((await refund(id, amount, 'r-1')).status).toBe(400)
    expect(calls().refund).toBe(0)
  })

  it('refuses a refund without a valid idempotency key, or of an unknown checkout', async () => {
    const id = await paid()
    expect(await refund(id, 100, null)).toMatchObject({
      ...{ status: 400, body: { code: 'invalid_request' } },
    })
    expect((await refund(id, 100, 'x'.repeat(256))).status).toBe(400)
    expect((await refund('chk_nothing', 100, 'r-1')).status).toBe(404)
    expect(calls().refund).toBe(0)
  })
})

describe('retrying a refund', () => {
  it('retries a refund at growing intervals, and at once when the shop repeats the request', async () => {
    const id = await paid()
    fault('v2.refund', 'http_500', { times: 1_000 })
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    await wait(10 * 60_000)
    const tries = calls().refund
    expect(tries).toBeGreaterThan(3)
    expect(tries).toBeLessThan(9)
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    expect(calls().refund).toBe(tries + 1)
  })

  it('retries a refund when our key is right again', async () => {
    let appId = '881E674F-7891-4C20-AFD8-56FE2624C4B5'
    const id = await paid((simulator) => ({ ...v2(simulator), NETGIRO_APP_ID: appId }))
    const right = appId
    appId = '00000000-0000-0000-0000-000000000000'
    await testServer.restart()
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    appId = right
    await testServer.restart()
    await settle(id)
    expect(upstream()).toEqual([100])
  })

  it('retries every refund, however many others have failed for long', async () => {
    clock = new ManualClock()
    testServer = await startTestServer({ clock, envOf: v2 })
    const made = await Promise.all(
      Array.from({ length: 22 }, async (_, number) => {
        const { session, id } = await testServer.create({ channel: 'pos' })
        const body = { appCode: `50000410${10 + number}` }
        await browser(testServer, session, 'POST', '/v1/session/start', { body })
        await until(
          () => read(testServer, session),
          ({ status }) => status === 'paid',
        )
        return id
      }),
    )
    // The store gives them out by their ids, twenty at a time.
    const ids = made.sort()
    const last = String(ids.pop())
    const tries = 4
    fault('v2.refund', 'http_500', { times: ids.length * tries })
    await Promise.all(ids.map((id) => refund(id, 100, 'r-1')))
    await until(() => {
      clock.advance(1_000)
      return calls().refund === ids.length * tries
    })
    fault('v2.refund', 'http_500')
    expect((await refund(last, 100, 'r-1')).status).toBe(202)
    await wait(25_000)
    expect(await view(last)).toMatchObject({ refundedAmount: 100 })
    for (const id of ids) await settle(id)
    expect(testServer.simulator.inspect().carts.map(({ refunded }) => refunded)).toEqual(
      made.concat(last).map(() => 100),
    )
    const before = calls().refund
    await wait(60_000)
    expect(calls().refund).toBe(before)
  })
})

const wrongKey = '00000000-0000-0000-0000-000000000000'
/** A paid checkout, and a refund of it that was not sent because our key was refused. */
const unsent = async () => {
  let appId = '881E674F-7891-4C20-AFD8-56FE2624C4B5'
  const id = await paid((simulator) => ({ ...v2(simulator), NETGIRO_APP_ID: appId }))
  const right = appId
  appId = wrongKey
  await testServer.restart()
  expect((await refund(id, 12_990, 'r-1')).status).toBe(202)
  appId = right
  await testServer.restart()
  return id
}

describe('the tries of a refund', () => {
  it('accepts a refusal after a restart when no earlier try of the refund was sent', async () => {
    const id = await unsent()
    fault('v2.refund', 'refuse')
    expect((await refund(id, 12_990, 'r-1')).body.code).toBe('refund_refused')
    expect((await view(id)).refunds).toMatchObject([{ status: 'failed' }])
    expect((await refund(id, 12_990, 'r-2')).status).toBe(201)
    expect(upstream()).toEqual([12_990])
  })

  it('retries a refund after a restart at the same intervals as before', async () => {
    const id = await paid()
    fault('v2.refund', 'http_500', { times: 1_000 })
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    await wait(10 * 60_000)
    const before = calls().refund
    await testServer.restart()
    await wait(5 * 60_000)
    expect(calls().refund - before).toBeLessThan(2)
  })

  it('counts the tries of a refund without filling the history, however often the same answer comes', async () => {
    const id = await paid()
    fault('v2.refund', 'http_500', { times: 1_000 })
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    const { length } = await types(id)
    for (let asked = 0; asked < 20; asked++) await refund(id, 100, 'r-1')
    expect(calls().refund).toBe(21)
    expect(await types(id)).toHaveLength(length)
    expect((await types(id)).at(-1)).toBe('refund_unsettled')
  })

  it('corrects the time of the next try when the clock was set back before a restart', async () => {
    const id = await paid()
    fault('v2.refund', 'http_500')
    const ahead = 30 * 24 * 3_600_000
    clock.advance(ahead)
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    clock.setBack(ahead)
    await testServer.restart()
    expect(await settle(id)).toMatchObject({ refundedAmount: 100 })
  })

  it.each(['v2.refund', 'partner.refund'] as const)(
    'makes at most one refund when the answers to %s are lost many times with restarts between',
    async (call) => {
      const id = await paid(call === 'v2.refund' ? v2 : v1WithPartner)
      for (const kind of ['drop_after_effect', 'html', 'drop_before_effect', 'bad_json'] as const) {
        fault(call, kind)
        expect((await refund(id, 100, 'r-1')).status).toBe(202)
        await testServer.restart()
      }
      expect(await settle(id)).toMatchObject({ refundedAmount: 100 })
      expect(upstream()).toEqual([100])
    },
  )
})

describe('a refund that failed', () => {
  it('notifies the shop of a failed refund that was pending before', async () => {
    const id = await unsent()
    fault('v2.refund', 'refuse')
    await settle(id)
    const told = await events('checkout.refund_failed')
    expect(told).toHaveLength(1)
    expect(told[0]?.data.checkout).toMatchObject({
      ...{ id, status: 'paid', refundedAmount: 0, refunds: [{ status: 'failed' }] },
    })
    expect(await events()).toEqual([])
  })

  it('notifies the shop of a failed refund also when the response to its request said so', async () => {
    const id = await paid()
    fault('v2.refund', 'refuse')
    expect((await refund(id, 100, 'r-1')).body.code).toBe('refund_refused')
    await refund(id, 100, 'r-1')
    expect(await events('checkout.refund_failed')).toHaveLength(1)
  })
})

describe('a refund that needs a review', () => {
  const refused = async () => {
    const id = await paid()
    fault('v2.refund', 'drop_before_effect')
    fault('v2.refund', 'refuse', { times: 1_000 })
    const { body } = await refund(id, 12_990, 'r-1')
    await testServer.restart()
    expect((await refund(id, 12_990, 'r-1')).status).toBe(202)
    return { id, refundId: body.id }
  }
  const day = 24 * 3_600_000

  it('logs a refund that needs a review once a day, and retries it once an hour at most', async () => {
    const { id } = await refused()
    expect(concerns()).toBe(1)
    await wait(3_600_000)
    expect(concerns()).toBe(1)
    const before = calls().refund
    for (let hours = 0; hours < 50; hours++) {
      clock.advance(3_600_000)
      await view(id)
    }
    await until(() => concerns() === 3)
    expect(calls().refund - before).toBeLessThan(60)
    expect((await types(id)).filter((type) => type === 'refund_refused')).toHaveLength(1)
  })

  it('logs that a refund needs a review when a day has passed without a result', async () => {
    const id = await paid()
    fault('v2.refund', 'http_500', { times: 1_000 })
    expect((await refund(id, 100, 'r-1')).status).toBe(202)
    await wait(60_000)
    expect(concerns()).toBe(0)
    clock.advance(day)
    await until(() => {
      clock.advance(1_000)
      return concerns() === 1
    })
    expect((await view(id)).refunds).toMatchObject([{ status: 'pending' }])
  })

  it('reports a refund that is closed as failed, and lets its amount be refunded again', async () => {
    const { id, refundId } = await refused()
    const { refunds } = testServer.parts()
    expect((await refund(id, 1, 'r-2')).body.code).toBe('refund_too_large')
    await refunds.close(id, refundId, 'failed', { by: 'Anna', note: 'Not in the portal' })
    expect((await view(id)).refunds).toMatchObject([{ status: 'failed' }])
    expect(await events('checkout.refund_failed')).toHaveLength(1)
    testServer.simulator.clearFaults()
    expect((await refund(id, 12_990, 'r-2')).status).toBe(201)
    expect(upstream()).toEqual([12_990])
    // The shop's own repetition of the closed one makes no other.
    expect((await refund(id, 12_990, 'r-1')).body.code).toBe('refund_refused')
    expect(upstream()).toEqual([12_990])
  })

  it('reports a refund that is closed as refunded', async () => {
    const { id, refundId } = await refused()
    const word = { by: 'Anna', note: 'In the portal, 20 November' }
    await testServer.parts().refunds.close(id, refundId, 'refunded', word)
    expect(await view(id)).toMatchObject({ refundedAmount: 12_990 })
    expect(await events()).toHaveLength(1)
    expect(await testServer.parts().refunds.close(id, refundId, 'failed', word)).toBeNull()
  })

  it('records and reports a refund that proves to be made after it was closed as failed', async () => {
    const id = await paid()
    fault('v2.refund', 'delay', { ms: 5_000 })
    const answer = refund(id, 12_990, 'r-1')
    await until(() => upstream().length > 0)
    const refundId = (await view(id)).refunds[0]?.id ?? ''
    const { refunds } = testServer.parts()
    await refunds.close(id, refundId, 'failed', { by: 'Anna', note: 'Too early' })
    expect(await events('checkout.refund_failed')).toHaveLength(1)
    clock.advance(5_000)
    expect((await answer).body).toMatchObject({ status: 'refunded' })
    expect(await view(id)).toMatchObject({ refundedAmount: 12_990 })
    expect(await events()).toHaveLength(1)
    expect((await refund(id, 1, 'r-2')).body.code).toBe('refund_too_large')
  })
})

describe('a checkout that was paid twice', () => {
  /** Its first request was canceled, said the provider, and was paid anyway after the second. */
  const paidTwice = async () => {
    clock = new ManualClock()
    const env = { NETGIRO_CONFIRMATION: 'automatic' }
    testServer = await startTestServer({ clock, env, envOf: v1WithPartner })
    const { session, id } = await testServer.create()
    await start(testServer, session)
    const first = onlyCart(testServer).TransactionId
    fault('CancelCart', 'code', { code: 10201 })
    fault('CheckCart', 'code', { code: 10201, times: 3 })
    await browser(testServer, session, 'POST', '/v1/session/cancel', { body: {} })
    const turn = () => {
      clock.advance(1_000)
      return read(testServer, session)
    }
    await until(turn, ({ status }) => status === 'open')
    testServer.simulator.clearFaults()
    await start(testServer, session, '7719943')
    const second = testServer.simulator.inspect().carts.find((cart) => cart.TransactionId !== first)
    testServer.simulator.approve(second?.TransactionId ?? '')
    await until(turn, ({ status }) => status === 'paid')
    testServer.simulator.approve(first)
    await until(async () => {
      clock.advance(30_000)
      return (await events('checkout.review')).length > 0
    })
    const [one, two] = (await view(id)).attempts
    return { id, first: one!.id, second: two!.id }
  }
  const back = () => testServer.simulator.inspect().carts.map(({ refunded }) => refunded)

  it('refunds the payment that paid the checkout, or the other one when the shop names it', async () => {
    const { id, first, second } = await paidTwice()
    const surplus = await refund(id, 12_990, 'r-1', first)
    expect(surplus).toMatchObject({ status: 201, body: { attemptId: first } })
    expect(back()).toEqual([12_990, 0])
    expect((await refund(id, 1, 'r-2', first)).body.code).toBe('refund_too_large')
    // Without a name it is the payment that paid the checkout.
    expect(await refund(id, 500, 'r-3')).toMatchObject({ status: 201, body: { attemptId: second } })
    expect(back()).toEqual([12_990, 500])
    expect((await refund(id, 12_491, 'r-4')).body.code).toBe('refund_too_large')
  })

  it('refuses the same key for another payment', async () => {
    const { id, first, second } = await paidTwice()
    expect((await refund(id, 100, 'r-1', first)).status).toBe(201)
    expect((await refund(id, 100, 'r-1', first)).status).toBe(200)
    for (const other of [second, undefined])
      expect((await refund(id, 100, 'r-1', other)).body.code).toBe('idempotency_key_reused')
    expect(back()).toEqual([100, 0])
  })

  it('refunds no attempt that took no money, and none of another checkout', async () => {
    const { id } = await paidTwice()
    expect(await refund(id, 100, 'r-1', 'att_nothing')).toMatchObject({
      ...{ status: 400, body: { code: 'invalid_request' } },
    })
    expect(back()).toEqual([0, 0])
  })
})
