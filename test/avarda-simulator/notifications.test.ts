import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openReceiver } from '../simulator-kit/receiver.ts'
import { openSite, type OpenSite } from './site.ts'

type Receiver = Awaited<ReturnType<typeof openReceiver>>

const tenMinutes = 10 * 60_000
const closers: (() => Promise<unknown>)[] = []
let site: OpenSite
let receiver: Receiver

async function open(statuses: number[], options: Parameters<typeof openSite>[0] = {}) {
  site = await openSite(options)
  receiver = await openReceiver(...statuses)
  closers.push(() => site.simulator.close(), receiver.close)
}
beforeEach(() => open([200]))
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const notifyUrl = () => `${receiver.url}/Avarda/Done?shop=A%20b`
const opened = async () => {
  const id = await site.initialize()
  site.simulator.open(id, { notifyUrl: notifyUrl() })
  return id
}
const attempts = (id: string) =>
  site.simulator.purchase(id)!.notifications.map(({ attempt, status }) => [attempt, status])

describe('the notification', () => {
  it('the notification is an unsigned POST of {"purchaseId"} to the address that the browser gave', async () => {
    const id = await opened()
    site.simulator.approve(id)
    await expect.poll(() => attempts(id)).toEqual([[1, 200]])
    const [{ method, path, body, headers }] = receiver.received as [Receiver['received'][0]]
    expect([method, path, body]).toEqual([
      'POST',
      '/Avarda/Done?shop=A%20b',
      `{"purchaseId":"${id}"}`,
    ])
    expect(headers['content-type']).toContain('application/json')
    expect(headers.authorization).toBeUndefined()
  })

  it('the notification has a static Authorization header when one is set', async () => {
    await open([200], { notificationAuthorization: 'Basic c2hvcDpzZWNyZXQ=' })
    site.simulator.approve(await opened())
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(receiver.received[0]!.headers.authorization).toBe('Basic c2hvcDpzZWNyZXQ=')
  })

  it('sends the notification on state 2 only, not when an approval is cancelled', async () => {
    const states = [3, 5, 8, 10, 11, 13] as const
    for (const state of states) site.simulator.advance(await opened(), state, { force: true })
    const id = await opened()
    site.simulator.approve(id)
    await expect.poll(() => receiver.received.length).toBe(1)
    await site.call('Commerce/CancelPayment', { ExternalId: id, Reason: 'sold out' })
    expect(receiver.received).toHaveLength(1)
  })

  it('sends no notification without an address, or after the browser removed it', async () => {
    site.simulator.approve(await site.initialize())
    const id = await opened()
    site.simulator.open(id, { notifyUrl: null })
    site.simulator.approve(id)
    const last = await opened()
    site.simulator.approve(last)
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(receiver.received[0]!.body).toContain(last)
  })

  it('retries the notification every ten minutes until a 2xx', async () => {
    await open([500, 302, 404, 204])
    const id = await opened()
    site.simulator.approve(id)
    const expected = [
      [1, 500],
      [2, 302],
      [3, 404],
      [4, 204],
    ]
    for (let made = 1; made <= expected.length; made += 1) {
      await expect.poll(() => attempts(id)).toEqual(expected.slice(0, made))
      await expect.poll(() => site.clock.armed).toBe(made < expected.length ? 1 : 0)
      site.clock.advance(tenMinutes - 1)
      expect(receiver.received).toHaveLength(made)
      site.clock.advance(1)
    }
    expect(receiver.received).toHaveLength(4)
  })

  it('abandons the notification after twenty attempts', async () => {
    await open([503])
    const id = await opened()
    site.simulator.approve(id)
    for (let made = 1; made <= 20; made += 1) {
      await expect.poll(() => attempts(id).length).toBe(made)
      await expect.poll(() => site.clock.armed).toBe(made < 20 ? 1 : 0)
      site.clock.advance(tenMinutes)
    }
    expect(receiver.received).toHaveLength(20)
  })

  it('the notification times out after ten seconds', async () => {
    await open([0])
    const id = await opened()
    site.simulator.approve(id)
    await expect.poll(() => receiver.received.length).toBe(1)
    site.clock.advance(10_000)
    await expect.poll(() => attempts(id)).toEqual([[1, null]])
  })

  it('the notification fails without a response when the URL is invalid', async () => {
    const id = await site.initialize()
    site.simulator.open(id, { notifyUrl: '/avarda/done' })
    site.simulator.approve(id)
    await expect.poll(() => attempts(id)).toEqual([[1, null]])
  })
})

describe('notification faults', () => {
  it('never: sends no notification', async () => {
    site.simulator.fault({ call: 'Notification', kind: 'never' })
    site.simulator.approve(await opened())
    const next = await opened()
    site.simulator.approve(next)
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(receiver.received[0]!.body).toContain(next)
  })

  it('duplicate: sends the notification twice', async () => {
    site.simulator.fault({ call: 'Notification', kind: 'duplicate' })
    const id = await opened()
    site.simulator.approve(id)
    const body = `{"purchaseId":"${id}"}`
    await expect.poll(() => receiver.received.map((one) => one.body)).toEqual([body, body])
  })

  it('forged: sends an unknown purchase first, then the right one', async () => {
    site.simulator.fault({ call: 'Notification', kind: 'forged' })
    const id = await opened()
    site.simulator.approve(id)
    await expect.poll(() => site.simulator.purchase(id)!.notifications.length).toBe(2)
    const [forged, right] = receiver.received.map(
      ({ body }) => (JSON.parse(body) as { purchaseId: string }).purchaseId,
    )
    expect(right).toBe(id)
    expect(forged).toMatch(/^[\da-f]{32}$/)
    expect(site.simulator.purchase(forged!)).toBeUndefined()
    expect(site.simulator.purchase(id)!.notifications.map((one) => one.forged)).toEqual([
      true,
      false,
    ])
  })

  it('delay: sends the notification late', async () => {
    site.simulator.fault({ call: 'Notification', kind: 'delay', ms: 30_000 })
    site.simulator.approve(await opened())
    site.clock.advance(29_999)
    expect(receiver.received).toEqual([])
    site.clock.advance(1)
    await expect.poll(() => receiver.received.length).toBe(1)
  })

  it('before_done: responds to the form after the shop was notified', async () => {
    await open([0])
    site.simulator.fault({ call: 'Notification', kind: 'before_done' })
    const id = await opened()
    let formKnows = false
    const answer = fetch(`${site.simulator.apiUrl}/Form/purchases/${id}/approve`, {
      method: 'POST',
    }).then((response) => ((formKnows = true), response))
    await expect.poll(() => receiver.received.length).toBe(1)
    expect(formKnows).toBe(false)
    site.clock.advance(10_000)
    expect(await (await answer).json()).toMatchObject({ state: 2 })
  })
})
