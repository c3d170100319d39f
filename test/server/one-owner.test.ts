import { rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSimulator } from '../../demo/simulator/simulator.ts'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/serve.ts'
import { Child } from '../money/child.ts'
import { bundleServer } from '../support/bundle.ts'
import { freePort } from '../support/free-port.ts'
import { runServer, settingsFor } from '../support/process.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

it('refuses to start on the database of another server, and starts once that one was killed', async () => {
  const settings = settingsFor(simulator)
  const first = await runServer(settings)
  await first.ready
  const second = await runServer(settings)
  expect(await second.ended).toBe(1)
  expect(second.said().trim()).toMatch(
    /^The database .+ is in use by another server: only one .+\.$/,
  )
  first.child.kill('SIGKILL')
  await first.ended
  const third = await runServer(settings)
  await third.ready
  third.child.kill('SIGTERM')
  expect(await third.ended).toBe(0)
})

it('waits for the other server to stop with DATABASE_WAIT_SECONDS, and takes over', async () => {
  const settings = { ...settingsFor(simulator), DATABASE_WAIT_SECONDS: '60' }
  const first = await runServer(settings)
  await first.ready
  const second = await runServer(settings)
  await second.says(/waiting for it to stop/)
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  await second.ready
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
})

it('exits with code 0 on SIGTERM while it waits for the other server', async () => {
  const settings = { ...settingsFor(simulator), DATABASE_WAIT_SECONDS: '60' }
  const first = await runServer(settings)
  await first.ready
  const second = await runServer(settings)
  await second.says(/waiting for it to stop/)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
})

it('releases the database when the key beside it cannot be used', async () => {
  const settings = settingsFor(simulator)
  const key = `${settings.DATABASE_URL.slice('file:'.length)}.key`
  writeFileSync(key, 'short')
  const options = { log: createLog('silent') }
  await expect(startServer(settings, options)).rejects.toThrow(/The key beside .* is too short/)
  rmSync(key)
  const server = await startServer(settings, options)
  await server.close()
})

it('releases the database when its port is taken', async () => {
  const settings = settingsFor(simulator)
  const options = { log: createLog('silent') }
  const taken = { ...settings, PORT: new URL(simulator.url).port }
  await expect(startServer(taken, options)).rejects.toThrow(/EADDRINUSE/)
  const server = await startServer({ ...settings, PORT: String(await freePort()) }, options)
  await expect(startServer(settings, options)).rejects.toThrow(/in use by another server/)
  await server.close()
})

it('starts again after a kill at any point of its first start', async () => {
  const script = await bundleServer()
  const kills = 12
  const began = performance.now()
  const whole = new Child(script, settingsFor(simulator))
  await whole.ready
  const startMs = performance.now() - began
  whole.kill()
  for (let kill = 0; kill < kills; kill++) {
    const settings = settingsFor(simulator)
    const killed = new Child(script, settings)
    // From when the database is opened, which takes about the last half of a start.
    const moment = startMs * (0.4 + (0.6 * kill) / kills)
    await new Promise((resolve) => setTimeout(resolve, moment))
    killed.kill()
    await killed.gone
    const next = new Child(script, settings)
    await next.ready
    next.kill()
    await next.gone
  }
})
