import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Client } from 'undici'
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

it('a server without file descriptors stays up, says so in its log once, and serves as before once it has some', async () => {
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
  const post = async (client: Client, path: string, token: string, body: object) => {
    const { statusCode, body: answer } = await client.request({
      ...{ method: 'POST', path, body: JSON.stringify(body) },
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        origin: 'https://shop.example',
      },
    })
    return { status: statusCode, body: (await answer.json()) as { session?: string } }
  }
  const create = (client: Client, reference: string) =>
    post(client, '/v1/checkouts', merchantKey, { reference, amount: 1990, currency: 'ISK' })
  // It has its connection already when there are no more.
  const kept = new Client(url ?? '')
  expect((await create(kept, 'WEB-1')).status).toBe(201)
  let cut = 0
  const sockets: Socket[] = Array.from({ length: 100 }, () => connect(Number(port), hostname))
  for (const socket of sockets) socket.on('error', () => {}).on('close', () => cut++)
  await until(() => cut > 0)
  const { status, body } = await create(kept, 'WEB-2')
  expect(status).toBe(201)
  // The connection to the provider is one too many.
  const started = await post(kept, '/v1/session/start', body.session ?? '', { phone: '8223281' })
  expect(started.status).toBe(202)
  await until(() => said.includes('no file descriptor is left'))
  expect(child.exitCode).toBeNull()
  for (const socket of sockets) socket.destroy()
  const next = new Client(url ?? '')
  await until(async () => (await create(next, 'WEB-3').catch(() => null))?.status === 201)
  await Promise.all([kept.close(), next.close()])
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  expect(child.exitCode).toBe(0)
  expect(said.match(/no file descriptor is left/g)).toHaveLength(1)
})
