import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Snapshot } from '../../server/protocol/index.ts'
import { call, startReplicas } from '../support/replicas.ts'
import type { Replica, Replicas } from '../support/replicas.ts'
import { merchantKey, secretKey, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'
import { attributeOf, openReceiver } from './otlp-receiver.ts'
import type { ReceivedSpan, Receiver } from './otlp-receiver.ts'

let receiver: Receiver
let all: Replicas
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(async () => {
  await all.close()
  await receiver.close()
})

const serviceOf = ({ resource }: ReceivedSpan) => attributeOf(resource, 'service.name')

/** Each span on the way from a request, with the server that sent it. */
const wayTo = (span: ReceivedSpan | undefined) =>
  receiver.lineage(span).map((one) => [one.name, serviceOf(one)])

const named = (name: string) => receiver.spans().filter((span) => span.name === name)

/** Two servers, and a point of sale's checkout that one of them owns; `asked` is the other one. */
async function open() {
  all = await startReplicas(
    2,
    { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, NETGIRO_CONFIRMATION: 'automatic' },
    { own: (index) => ({ env: { OTEL_SERVICE_NAME: `server-${index}` } }) },
  )
  const [first, second] = all.servers
  if (!first || !second) throw new Error('two servers were started')
  const order = { reference: 'canary-1', amount: 500, currency: 'ISK', channel: 'pos' }
  const { id, session } = (await call(first, 'POST', '/v1/checkouts', merchantKey, order))
    .body as Created
  return first.parts.owns(id)
    ? { session, asked: second, askedIs: 'server-1', ownerIs: 'server-0' }
    : { session, asked: first, askedIs: 'server-0', ownerIs: 'server-1' }
}

const reach = (server: Replica, session: string, status: string) =>
  until(
    async () =>
      ((await call(server, 'GET', '/v1/session', session)).body as Snapshot).status === status,
  )

it('a trace leads from a request through its command to the call of the provider at the server that owns the checkout', async () => {
  const { session, asked, ownerIs, askedIs } = await open()
  await call(asked, 'POST', '/v1/session/start', session, { phone: '8223281' })
  const [cart] = all.simulator.inspect().carts
  all.simulator.approve(cart?.TransactionId ?? '')
  await reach(asked, session, 'paid')
  await all.close()
  const [sent] = named('netgiro start')
  expect(wayTo(sent)).toEqual([
    ['netgiro start', ownerIs],
    ['attempt turn', ownerIs],
    ['checkout start', ownerIs],
    ['checkout start', askedIs],
    ['POST /v1/session/start', askedIs],
  ])
  expect(new Set(receiver.lineage(sent).map(({ traceId }) => traceId)).size).toBe(1)
})

it('what servers hand each other puts no phone, kennitala, session, code or key into a trace', async () => {
  const { session, asked } = await open()
  const nationalId = '1111111119'
  await call(asked, 'POST', '/v1/session/start', session, { phone: '7719943x' })
  await call(asked, 'POST', '/v1/session/start', session, { nationalId })
  await reach(asked, session, 'awaiting_code')
  const code = String(all.simulator.inspect().carts[0]?.['smsCode'])
  await call(asked, 'POST', '/v1/session/code', session, { code: `${code}9` })
  await call(asked, 'POST', '/v1/session/code', session, { code })
  await reach(asked, session, 'paid')
  await all.close()
  expect(wayTo(named('netgiro submit_code')[0])).toHaveLength(5)
  for (const secret of [nationalId, '1119', '9943', session, merchantKey, secretKey])
    expect(receiver.bodiesWith(secret)).toEqual([])
  for (const secret of ['canary', `"${code}`, `${code}"`])
    expect(receiver.bodiesWith(secret)).toEqual([])
})
