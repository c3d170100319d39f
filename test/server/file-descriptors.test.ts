import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { bundleServer } from '../support/bundle.ts'
import { settingsFor } from '../support/process.ts'
import { merchantKey, until } from '../support/test-server.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

it('a server without file descriptors stays up, and serves as before once it has some', async () => {
  const child = spawn(
    'sh',
    ['-c', `ulimit -n 64; exec "$0" "$1"`, process.execPath, await bundleServer()],
    {
      env: { PATH: process.env['PATH'], ...settingsFor(simulator) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const url = await until(() => /"url":"([^"]+)"/.exec(said)?.[1])
  const { port, hostname } = new URL(url ?? '')
  const create = (reference: string) =>
    fetch(`${url}/v1/checkouts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${merchantKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reference, amount: 1990, currency: 'ISK' }),
    })
  // Kept alive: it has its connection already.
  expect((await create('WEB-1')).status).toBe(201)
  let cut = 0
  const sockets: Socket[] = Array.from({ length: 100 }, () => connect(Number(port), hostname))
  for (const socket of sockets) socket.on('error', () => {}).on('close', () => cut++)
  await until(() => cut > 0)
  expect((await create('WEB-2')).status).toBe(201)
  expect(child.exitCode).toBeNull()
  for (const socket of sockets) socket.destroy()
  await until(async () => (await create('WEB-3').catch(() => null))?.status === 201)
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  expect(child.exitCode).toBe(0)
})
