import { afterEach, expect, it } from 'vitest'
import type { Snapshot } from '../../server/protocol/index.ts'
import { origin, merchantKey, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'
import { call, startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'

let all: Replicas
afterEach(() => all.close())

const cart = () => all.simulator.inspect().carts[0]
const smsCode = () => String(cart()?.['smsCode'])
const wrongCode = () => (smsCode() === '0000' ? '1111' : '0000')

const snapshotAt = async (server: Replica, session: string) =>
  (await call(server, 'GET', '/v1/session', session)).body as Snapshot

async function giveAt({ url }: Replica, session: string, code: string, key: string) {
  const response = await fetch(`${url}/v1/session/code`, {
    method: 'POST',
    headers: {
      ...{ origin, authorization: `Bearer ${session}`, 'idempotency-key': key },
      'content-type': 'application/json',
    },
    body: JSON.stringify({ code }),
  })
  return { status: response.status, body: (await response.json()) as Snapshot }
}

/** A sale that waits for the code, the server that owns it, and two others. */
async function waitingForCode() {
  all = await startReplicas(3, { NETGIRO_CONFIRMATION: 'automatic' })
  const [first] = all.servers
  if (!first) throw new Error('three servers were started')
  const order = { reference: 'CODE-1', amount: 500, currency: 'ISK', channel: 'pos' }
  const { id, session } = (await call(first, 'POST', '/v1/checkouts', merchantKey, order))
    .body as Created
  const { owner } = all.ownerOf(id)
  const [other, another] = all.servers.filter((server) => server !== owner)
  if (!other || !another) throw new Error('three servers were started')
  await call(first, 'POST', '/v1/session/start', session, { nationalId: '1111111119' })
  for (const server of all.servers)
    await until(async () => (await snapshotAt(server, session)).status === 'awaiting_code')
  return { session, owner, other, another }
}

it('a code that is sent again under its key uses one try, at whichever server it arrives', async () => {
  const { session, owner, other, another } = await waitingForCode()
  const tried = { status: 202, body: { code: { refused: true, triesLeft: 2 } } }
  all.simulator.fault({ call: 'ConfirmCart', kind: 'delay', ms: 300, times: 1 })
  const first = giveAt(other, session, wrongCode(), 'key-1')
  await until(() => cart()?.calls.ConfirmCart === 1)
  for (const server of [another, owner, other])
    expect(await giveAt(server, session, wrongCode(), 'key-1')).toMatchObject(tried)
  expect(await first).toMatchObject(tried)
  expect(cart()?.calls.ConfirmCart).toBe(1)
  const second = await giveAt(another, session, wrongCode(), 'key-2')
  expect(second.body.code?.triesLeft).toBe(1)
})

it('a right code that is sent again under its key at another server is answered with the payment', async () => {
  const { session, owner, other, another } = await waitingForCode()
  await giveAt(other, session, smsCode(), 'key-1')
  await until(async () => (await snapshotAt(another, session)).status === 'paid')
  for (const server of [another, owner])
    expect(await giveAt(server, session, smsCode(), 'key-1')).toMatchObject({
      ...{ status: 202, body: { status: 'paid' } },
    })
  expect((await giveAt(another, session, smsCode(), 'key-2')).status).toBe(409)
  expect(cart()?.calls.ConfirmCart).toBe(1)
})
