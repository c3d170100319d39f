import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { merchantKey, secretKey } from '../support/bff.ts'
import { openStream } from '../support/stream.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const settings = () => ({
  NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  NETGIRO_SECRET_KEY: secretKey,
  NETGIRO_API_URL: simulator.apiUrl,
  PUBLIC_URL: 'http://127.0.0.1:1',
  PORT: '0',
  ALLOWED_ORIGINS: 'https://shop.example',
  MERCHANT_API_KEY: merchantKey,
  MERCHANT_NAME: 'Ullarbúðin',
  DATABASE_URL: `file:${join(mkdtempSync(join(tmpdir(), 'process-')), 'checkout.db')}`,
})

function run(env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /"url":"([^"]+)"/.exec(said)?.[1]
      if (url) resolve(url)
    })
    void ended.then(() => reject(new Error(said)))
  })
  ready.catch(() => {})
  return { child, ended, ready, said: () => said }
}

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
