import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openSite, order, type OpenSite } from './site.ts'

let site: OpenSite
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site.simulator.close())

const made = () => site.simulator.purchases().length

describe('call faults', () => {
  it.each([
    ['drop_before_effect', 0],
    ['drop_after_effect', 1],
  ] as const)('%s: breaks the connection when %d purchases exist', async (kind, expected) => {
    site.simulator.fault({ call: 'InitializePayment', kind })
    await expect(site.call('InitializePayment', order)).rejects.toThrow()
    expect(made()).toBe(expected)
    expect(site.simulator.inspect().calls.InitializePayment).toBe(1)
    expect((await site.call('InitializePayment', order)).status).toBe(200)
  })

  it.each([
    ['hang_before_effect', 0],
    ['hang_after_effect', 1],
  ] as const)('%s: never responds, while %d purchases exist', async (kind, expected) => {
    site.simulator.fault({ call: 'InitializePayment', kind })
    const giveUp = new AbortController()
    const headers = { authorization: `Basic ${btoa('SimulatorSweden:simulator')}` }
    const answer = fetch(`${site.simulator.apiUrl}/CheckOut2Api/InitializePayment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(order),
      signal: giveUp.signal,
    }).catch(() => 'gave up')
    await expect.poll(() => site.simulator.inspect().calls.InitializePayment).toBe(1)
    await expect.poll(made).toBe(expected)
    giveUp.abort()
    expect(await answer).toBe('gave up')
  })

  it.each([
    ['delay_before_effect', 0],
    ['delay', 1],
  ] as const)('%s: delays the response, while %d purchases exist', async (kind, expected) => {
    site.simulator.fault({ call: 'InitializePayment', kind, ms: 7000 })
    const reply = site.call('InitializePayment', order)
    await expect.poll(() => site.clock.armed).toBe(1)
    expect(made()).toBe(expected)
    site.clock.advance(7000)
    expect((await reply).status).toBe(200)
    expect(made()).toBe(1)
  })

  const inPlace = [
    ['unauthorized', {}, 401, ''],
    ['http_500', {}, 500, '{"Message":"An error has occurred."}'],
    ['html', {}, 200, '<!doctype html><title>Maintenance</title><p>Be right back.</p>'],
    ['e1', {}, 400, '[{"ErrorCode":"99000","ErrorMessage":"Simulated."}]'],
    ['e2', {}, 400, '{"CheckOutErrorCode":99000,"Errors":["Simulated."]}'],
    ['e2', { status: 200 }, 200, '{"CheckOutErrorCode":99000,"Errors":["Simulated."]}'],
    ['e3', {}, 500, '{"Message":"Simulated."}'],
    ['e4', {}, 400, '"Simulated."'],
    ['e4', { status: 200, messages: ['Other words'] }, 200, '"Other words"'],
  ] as const
  it.each(inPlace)(
    '%s %j: returns %d %s, with or without effect',
    async (kind, changes, status, text) => {
      const { messages } = changes as { messages?: readonly string[] }
      const fault = {
        call: 'InitializePayment',
        kind,
        ...changes,
        ...(messages ? { messages } : {}),
      } as const
      site.simulator.fault(fault)
      site.simulator.fault({ ...fault, effect: true })
      expect(await site.call('InitializePayment', order)).toMatchObject({ status, text })
      expect(made()).toBe(0)
      expect(await site.call('InitializePayment', order)).toMatchObject({ status, text })
      expect(made()).toBe(1)
    },
  )

  it('bad_json: truncates the response', async () => {
    site.simulator.fault({ call: 'InitializePayment', kind: 'bad_json' })
    expect((await site.call('InitializePayment', order)).text).toMatch(/^"[\da-f]{16}$/)
    expect(made()).toBe(1)
  })

  it('faults happen in the order of the queue, as often as requested, each to its own call', async () => {
    site.simulator.fault({ call: 'GetPaymentStatus', kind: 'http_500', times: 2 })
    site.simulator.fault({ call: 'GetPaymentStatus', kind: 'unauthorized' })
    const PurchaseId = await site.initialize()
    const statuses = []
    for (let i = 0; i < 4; i += 1)
      statuses.push((await site.call('GetPaymentStatus', { PurchaseId })).status)
    expect(statuses).toEqual([500, 500, 401, 200])
  })

  it('faults apply to UpdateItems and CancelPayment', async () => {
    const PurchaseId = await site.initialize()
    site.simulator.fault({ call: 'UpdateItems', kind: 'e3', status: 503 })
    expect((await site.call('UpdateItems', { ...order, PurchaseId })).status).toBe(503)
    site.simulator.approve(PurchaseId)
    site.simulator.fault({ call: 'CancelPayment', kind: 'drop_after_effect' })
    const changes = { ExternalId: PurchaseId, Reason: 'sold out' }
    await expect(site.call('Commerce/CancelPayment', changes)).rejects.toThrow()
    expect(await site.status(PurchaseId)).toMatchObject({ State: 8 })
  })
})

describe('corruptions of GetPaymentStatus', () => {
  it.each([
    ['unknown_state', {}, { State: 42 }],
    ['unknown_state', { state: 14 }, { State: 14 }],
    ['wrong_amount', {}, { Price: 101 }],
    ['wrong_reference', {}, { OrderReference: 'WEB-123-X' }],
    ['wrong_currency', {}, { CurrencyCode: 'XXX' }],
    ['wrong_id', {}, { PurchaseId: '0'.repeat(32) }],
    ['stale', {}, { State: 1, Completed: null }],
  ] as const)('%s %j: returns %j once', async (kind, changes, lie) => {
    const id = await site.initialize()
    site.simulator.approve(id)
    const truth = await site.status(id)
    site.simulator.fault({ call: 'GetPaymentStatus', kind, ...changes })
    expect(await site.status(id)).toEqual({ ...truth, ...lie })
    expect(await site.status(id)).toEqual(truth)
  })

  it('stale: waits for a purchase with a previous state', async () => {
    const id = await site.initialize()
    site.simulator.fault({ call: 'GetPaymentStatus', kind: 'stale' })
    expect(await site.status(id)).toMatchObject({ State: 0 })
    site.simulator.open(id)
    expect(await site.status(id)).toMatchObject({ State: 0 })
    expect(await site.status(id)).toMatchObject({ State: 1 })
  })
})
