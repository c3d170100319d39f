import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { merchant, read, start, until } from '../support/test-server.ts'
import type { Created } from '../support/test-server.ts'
import { bundleCommand } from '../support/bundle.ts'
import { runServer, settingsFor } from '../support/process.ts'

let simulator: Simulator
let settings: Record<string, string>
let server: Awaited<ReturnType<typeof runServer>>
let testServer: Parameters<typeof read>[0]
beforeEach(async () => {
  simulator = await startSimulator()
  settings = { ...settingsFor(simulator), PHONES_PER_ADDRESS_PER_10_MINUTES: '100' }
  server = await runServer(settings)
  // What a caller of the server needs to know of it, and no more.
  testServer = { url: await server.ready } as typeof testServer
})
afterEach(async () => {
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  await simulator.close()
})

/** `netgiro-checkout reconcile` as an operator runs it, on the database that the server has. */
const reconciled = async () => {
  const args = [await bundleCommand(), 'reconcile', '--since', '2020-01-01']
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.once('exit', (code) => resolve({ code, said }))
  })
}

let orders = 0
const create = () =>
  merchant(testServer, 'POST', '/v1/checkouts', {
    body: { reference: `WEB-beside-${++orders}`, amount: 1_990, currency: 'ISK' },
  })
const probe = (path: string) => fetch(testServer.url + path)

/** Answers how it is approved, and that the payment is confirmed then. */
async function waitingShopper(phone: string) {
  const { session } = (await (await create()).json()) as Created
  expect(await start(testServer, session, phone)).toMatchObject({ status: 'awaiting_shopper' })
  const cart = simulator.inspect().carts.at(-1)?.TransactionId ?? ''
  return {
    approve: () => simulator.approve(cart),
    isPaid: () =>
      until(
        () => read(testServer, session),
        ({ status }) => status === 'paid',
      ),
  }
}

it('creates every checkout, stays healthy and confirms what is approved while reconcile runs beside it', async () => {
  for (let round = 1; round <= 3; round++) {
    const meanwhile = await waitingShopper(`822328${round}`)
    const afterwards = await waitingShopper(`612345${round}`)
    const progress = { isOver: false }
    const command = reconciled().finally(() => (progress.isOver = true))
    const [created, probes]: [number[], number[]] = [[], []]
    while (!progress.isOver) {
      if (created.length > 40) meanwhile.approve()
      created.push(...(await Promise.all([create(), create()])).map(({ status }) => status))
      probes.push((await probe('/healthz')).status, (await probe('/readyz')).status)
    }
    const { code, said } = await command
    expect(code, said).toBe(0)
    expect(created.length).toBeGreaterThan(40)
    expect(new Set(created)).toEqual(new Set([201]))
    expect(new Set(probes)).toEqual(new Set([200]))
    afterwards.approve()
    await Promise.all([meanwhile.isPaid(), afterwards.isPaid()])
  }
  for (const cart of simulator.inspect().carts) expect(cart.captures).toBe(1)
  expect((await probe('/readyz')).status).toBe(200)
  expect(server.said()).not.toContain('"level":50')
})
