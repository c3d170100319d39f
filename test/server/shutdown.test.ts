import { afterEach, expect, it } from 'vitest'
import { browser, onlyCart, read, start, startRig, until } from '../support/bff.ts'
import type { Rig } from '../support/bff.ts'
import { openStream } from '../support/stream.ts'

let rig: Rig
afterEach(() => rig.close())

it('ends streams with a time to come back, finishes the call that is out, and loses nothing', async () => {
  rig = await startRig()
  const streams = await Promise.all(
    Array.from({ length: 100 }, async () => openStream(rig, (await rig.create()).session)),
  )
  const { session } = await rig.create()
  rig.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 1_000 })
  const answer = start(rig, session)
  await until(() => rig.simulator.ledger().carts.length)

  const restarted = rig.restart()
  await Promise.all(streams.map(({ ended }) => ended))
  for (const { retries } of streams) {
    expect(retries).toHaveLength(1)
    expect(retries[0]).toBeGreaterThanOrEqual(2_000)
    expect(retries[0]).toBeLessThanOrEqual(5_000)
  }
  expect(new Set(streams.map(({ retries }) => retries[0])).size).toBeGreaterThan(10)
  expect(await answer).toMatchObject({ status: 'awaiting_shopper', uncertain: false })
  await restarted
  expect(await read(rig, session)).toMatchObject({ status: 'awaiting_shopper', uncertain: false })
  rig.simulator.approve(onlyCart(rig).TransactionId)
  await until(
    () => read(rig, session),
    ({ status }) => status === 'paid',
  )
  expect(onlyCart(rig)).toMatchObject({ captures: 1, calls: { InsertCart: 1 } })
})

it('is not ready and begins nothing new while it goes', async () => {
  rig = await startRig()
  const { session } = await rig.create()
  const other = await rig.create()
  rig.simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 1_000 })
  // A connection that is open already: new ones are refused by then.
  const agentless = start(rig, session)
  await until(() => rig.simulator.ledger().carts.length)
  const restarted = rig.restart()
  const refused = await browser(rig, other.session, 'POST', '/v1/session/start', {
    body: { phone: '8223281' },
  }).then(
    ({ status }) => status,
    () => 'not reached',
  )
  expect([503, 'not reached']).toContain(refused)
  await agentless
  await restarted
  expect(rig.simulator.ledger().calls.InsertCart).toBe(1)
})
