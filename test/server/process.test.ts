import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { merchantKey, until } from '../support/test-server.ts'
import { runServer as run, settingsFor } from '../support/process.ts'
import { openStream } from '../support/stream.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const settings = () => settingsFor(simulator)
const port = () => new URL(simulator.url).port

it('exits with code 0 on SIGTERM while a stream is open', async () => {
  const server = await run(settings())
  const url = await server.ready
  const created = await fetch(`${url}/v1/checkouts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${merchantKey}`, 'content-type': 'application/json' },
    body: '{"reference":"WEB-1","amount":1990,"currency":"ISK"}',
  })
  const { session } = (await created.json()) as { session: string }
  const stream = await openStream({ url }, session, { origin: 'https://shop.example' })
  server.child.kill('SIGTERM')
  await stream.ended
  expect(await server.ended).toBe(0)
})

it('finishes its call to the provider when one Ctrl-C arrives twice, as under npx', async () => {
  const server = await run(settings())
  const url = await server.ready
  const post = async (path: string, token: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${token}`, origin: 'https://shop.example' },
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    })
  const order = { reference: 'WEB-2', amount: 1990, currency: 'ISK' }
  const created = await post('/v1/checkouts', merchantKey, order)
  const { session } = (await created.json()) as { session: string }
  simulator.fault({ call: 'InsertCart', kind: 'delay', ms: 500 })
  const started = post('/v1/session/start', session, { phone: '8223281' })
  await until(() => simulator.inspect().carts.length)
  server.child.kill('SIGINT')
  // It has had the first one, and takes no connections any more.
  const refused = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => !ok,
      () => true,
    )
  await until(refused)
  server.child.kill('SIGINT')
  expect(await (await started).json()).toMatchObject({ status: 'awaiting_shopper' })
  expect(await server.ended).toBe(0)
})

it('exits with code 0 when SIGTERM comes while it starts', async () => {
  const preload = new URL('../support/term-at-listen.mjs', import.meta.url)
  const server = await run({ ...settings(), NODE_OPTIONS: `--import=${preload.href}` })
  await server.ready
  expect(await server.ended).toBe(0)
})

it('goes on at SIGHUP, and says that there is no file of merchants to read again', async () => {
  const server = await run(settings())
  const url = await server.ready
  server.child.kill('SIGHUP')
  await server.says(/there is nothing to read again/)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
})

it('lists all problems of its configuration and exits with code 1', async () => {
  const server = await run({
    ...settings(),
    MERCHANT_NAME: '',
    PORT: 'eighty',
    NETGIRO_SECRET_KEY: '',
  })
  expect(await server.ended).toBe(1)
  for (const name of ['MERCHANT_NAME', 'PORT', 'NETGIRO_SECRET_KEY'])
    expect(server.said()).toContain(name)
})

it.each([
  ['its port is taken', () => ({ PORT: port() }), /port is taken by another program: set PORT/],
  [
    'the port of its metrics is taken',
    () => ({ METRICS_PORT: port() }),
    /port is taken by another program: set METRICS_PORT/,
  ],
  // [ietf] RFC 5737: an address for documents, and so nobody's.
  [
    'HOST is another machine',
    () => ({ HOST: '192.0.2.1' }),
    /^HOST is no address of this machine/m,
  ],
  [
    'HOST is an unknown name',
    () => ({ HOST: 'nobody.invalid' }),
    /^HOST is no address of this machine/m,
  ],
  [
    'METRICS_HOST is an unknown name',
    () => ({ METRICS_PORT: '0', METRICS_HOST: 'nobody.invalid' }),
    /^METRICS_HOST is no address of this machine/m,
  ],
])('reports in a sentence that %s, and exits with code 1', async (_, env, sentence) => {
  const server = await run({ ...settings(), ...env() })
  expect(await server.ended).toBe(1)
  expect(server.said()).toMatch(sentence)
  expect(server.said()).not.toMatch(/^\s+at /m)
})
