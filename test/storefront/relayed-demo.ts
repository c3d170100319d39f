import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { startDemo } from '../../demo/demo.ts'
import type { Demo } from '../../demo/demo.ts'
import { startServer } from '../../server/serve.ts'
import { startRelay } from './relay.ts'
import type { Relay } from './relay.ts'

/** The whole demo, with a relay between the shop and the payment server, for every test of a file. */
export function relayedDemo(use: (demo: Demo, relay: Relay) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'relayed-demo-'))
  let demo: Demo
  beforeAll(async () => {
    let relay: Relay | undefined
    const ports = { simulator: 0, avarda: 0, server: 0, storefront: 0 }
    demo = await startDemo({
      ...{ ports, database: join(folder, 'demo.db'), logLevel: 'silent' },
      startServer: async (env) => (relay = await startRelay(await startServer(env))),
    })
    if (!relay) throw new Error('The demo has started no payment server')
    use(demo, relay)
  })
  afterAll(async () => {
    await demo.close()
    rmSync(folder, { recursive: true, force: true })
  })
}
