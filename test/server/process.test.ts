import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { merchantKey } from '../support/bff.ts'
import { runServer as run, settingsFor } from '../support/process.ts'
import { openStream } from '../support/stream.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const settings = () => settingsFor(simulator)

it('leaves with 0 on SIGTERM, though a stream is open', async () => {
  const server = run(settings())
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

it('leaves with 0 when SIGTERM comes while it starts', async () => {
  const preload = new URL('../support/term-at-listen.mjs', import.meta.url)
  const server = run({ ...settings(), NODE_OPTIONS: `--import=${preload.href}` })
  await server.ready
  expect(await server.ended).toBe(0)
})

it('says all that is wrong with its configuration and leaves with 1', async () => {
  const server = run({ ...settings(), MERCHANT_NAME: '', PORT: 'eighty', NETGIRO_SECRET_KEY: '' })
  expect(await server.ended).toBe(1)
  for (const name of ['MERCHANT_NAME', 'PORT', 'NETGIRO_SECRET_KEY'])
    expect(server.said()).toContain(name)
})

it('says in a sentence that its port is taken', async () => {
  const server = run({ ...settings(), PORT: new URL(simulator.url).port })
  expect(await server.ended).toBe(1)
  expect(server.said()).toMatch(/The port is taken by another program: set PORT/)
})
