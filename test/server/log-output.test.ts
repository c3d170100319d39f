import { execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { createLog } from '../../server/log.ts'
import { LogOutput } from '../../server/log-output.ts'
import { bundleServer } from '../support/bundle.ts'
import { merchantKey, origin, until } from '../support/test-server.ts'
import { freePort } from '../support/free-port.ts'
import { settingsFor } from '../support/process.ts'

let simulator: Simulator
let url: string
beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.close())

/** A server whose standard output is this. */
async function serverLoggingTo(stdout: number | 'pipe', level = 'debug') {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const env = { ...settingsFor(simulator), PORT: String(port), LOG_LEVEL: level }
  const child = spawn(process.execPath, [await bundleServer()], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', stdout, 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await until(async () => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200)
  return { child, ended }
}

const call = async (path: string, key: string, body: unknown) => {
  const answer = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { origin, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as { session: string; status: string }
}

/** A payment from the beginning to the end. */
async function pay(reference: string) {
  const order = { reference, amount: 1_990, currency: 'ISK' }
  const { session } = await call('/v1/checkouts', merchantKey, order)
  await call('/v1/session/start', session, { phone: '8223281' })
  simulator.approve(simulator.inspect().carts.at(-1)?.TransactionId ?? '')
  await until(
    () => call('/v1/session', session, undefined),
    ({ status }) => status === 'paid',
  )
}

it('takes payments and exits with code 0 on SIGTERM while the disk of its log is full', async (context) => {
  if (!existsSync('/dev/full')) context.skip('no /dev/full here')
  const full = openSync('/dev/full', 'w')
  const server = await serverLoggingTo(full)
  closeSync(full)
  await pay('WEB-1')
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
})

it('takes payments and exits with code 0 on SIGTERM while its log is not read', async () => {
  const server = await serverLoggingTo('pipe')
  server.child.stdout?.pause()
  // Each refusal writes a line, and together more than any pipe holds.
  for (let count = 0; count < 40; count++)
    await Promise.all(
      Array.from({ length: 50 }, () =>
        fetch(`${url}/v1/callbacks/netgiro/${'x'.repeat(40)}`, { method: 'POST' }),
      ),
    )
  await pay('WEB-1')
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
})

it('takes payments and exits with code 0 on SIGTERM when the reader of its log is gone', async () => {
  const server = await serverLoggingTo('pipe')
  server.child.stdout?.destroy()
  await pay('WEB-1')
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
})

it('logs how many lines were dropped, once there is room again', async (context) => {
  const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'fifo')
  try {
    execFileSync('mkfifo', [path])
  } catch {
    context.skip('no mkfifo here')
  }
  const reader = openSync(path, 0o4000) // O_RDONLY | O_NONBLOCK
  const writer = openSync(path, 0o4001) // O_WRONLY | O_NONBLOCK
  const log = createLog('info', new LogOutput(writer))
  const words = 'x'.repeat(1_000)
  const count = 3_000
  for (let line = 0; line < count; line++) log.info(words)
  const buffer = Buffer.alloc(65_536)
  const read = () => {
    try {
      return buffer.subarray(0, readSync(reader, buffer)).toString()
    } catch {
      return '' // Nothing is in it just now.
    }
  }
  let text = ''
  const tally = () => {
    const lines = text.split('\n').slice(0, -1)
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; lost?: number })
    return {
      written: parsed.filter(({ msg }) => msg === words).length,
      lost: parsed.find((line) => line.lost !== undefined)?.lost ?? 0,
    }
  }
  await until(() => {
    text += read()
    const { written, lost } = tally()
    return written + lost === count
  })
  expect(tally().written).toBeGreaterThan(100)
  expect(tally().lost).toBeGreaterThan(100)
  closeSync(writer)
  closeSync(reader)
})
