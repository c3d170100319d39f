import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, type Browser, type BrowserContext } from 'puppeteer-core'
import { startDemo, type Demo, type StartServer } from '../../demo/demo.ts'
import { startServer } from '../../server/serve.ts'
import { launchOptions } from './engine.ts'

/**
 * Closes a browser context. Once in many runs Chrome never responds; the context then ends with the browser.
 */
export const leave = (context: BrowserContext): Promise<void> => context.close().catch(() => {})

/** The whole demo on ports and a database of its own, and a browser. */
export interface Fixture {
  readonly demo: Demo
  readonly browser: Browser
  close(): Promise<void>
}

const freePorts = { simulator: 0, avarda: 0, server: 0, storefront: 0 }

/** The demo alone. */
export async function openDemo(api: 'v1' | 'v2' = 'v1') {
  const folder = await mkdtemp(join(tmpdir(), 'netgiro-checkout-'))
  const demo = await startDemo({
    ...{ startServer, ports: freePorts, database: join(folder, 'demo.db') },
    ...{ logLevel: 'error', api },
  })
  const close = async () => {
    await demo.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { demo, close }
}

export async function openFixture(api: 'v1' | 'v2' = 'v1'): Promise<Fixture> {
  const { demo, close: closeDemo } = await openDemo(api)
  const browser = await openBrowser()
  const close = async () => {
    await browser.close()
    await closeDemo()
  }
  return { demo, browser, close }
}

/** The same with the payment server that `start` starts, which has a database of its own. */
export async function openFixtureWith(start: StartServer): Promise<Fixture> {
  const demo = await startDemo({ startServer: start, ports: freePorts, database: null })
  const browser = await openBrowser()
  const close = async () => {
    await browser.close()
    await demo.close()
  }
  return { demo, browser, close }
}

const openBrowser = async (): Promise<Browser> =>
  launch({ ...(await launchOptions()), protocolTimeout: 30_000 })
