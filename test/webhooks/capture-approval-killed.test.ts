import { createServer } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import { listen } from '../../server/listening.ts'
import { runServer, settingsFor } from '../support/process.ts'
import { merchantKey, origin, until } from '../support/test-server.ts'

const opened: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

it('asks the shop again under the same id when the server was killed before it had the decision', async () => {
  const simulator = await startSimulator()
  opened.push(simulator)
  const ids: unknown[] = []
  let onAsked = () => {}
  const shop = await listen(
    createServer((request, response) => {
      ids.push(request.headers['webhook-id'])
      onAsked()
      response.end('{"approve":true}')
    }),
  )
  opened.push(shop)
  const run = async () => {
    const server = await runServer(env)
    opened.push({ close: () => server.child.kill('SIGKILL') })
    const url = await server.ready
    const call = async (path: string, key: string, body?: object) => {
      const headers = { origin, authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const sent = body && { method: 'POST', body: JSON.stringify(body) }
      return (await fetch(url + path, { headers, ...sent })).json() as Promise<
        Readonly<Record<'session' | 'status', string>>
      >
    }
    return { ...server, call }
  }
  const env = {
    ...settingsFor(simulator),
    AUTHORIZE_URL: shop.url,
    WEBHOOK_URL: shop.url,
    WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`,
  }
  const first = await run()
  onAsked = () => first.child.kill('SIGKILL')
  const order = { reference: 'WEB-1', amount: 12_990, currency: 'ISK' }
  const { session } = await first.call('/v1/checkouts', merchantKey, order)
  await first.call('/v1/session/start', session, { phone: '8223281' })
  const cart = () => simulator.inspect().carts[0]
  simulator.approve(cart()?.TransactionId ?? '')
  await first.ended
  expect(cart()?.captures).toBe(0)
  onAsked = () => {}
  const second = await run()
  await until(async () => (await second.call('/v1/session', session)).status === 'paid')
  expect(cart()?.captures).toBe(1)
  const [asked, again] = ids
  expect(asked).toMatch(/^gate_att_/)
  expect(again).toBe(asked)
})
