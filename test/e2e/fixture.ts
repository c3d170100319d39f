import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, type Browser, type BrowserContext } from 'puppeteer-core'
import { startDemo, type Demo, type StartServer } from '../../demo/demo.ts'
import { startServer } from '../../server/serve.ts'
import { findBrowser } from '../support/browser.mjs'

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

export async function openFixture(api: 'v1' | 'v2' = 'v1'): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'netgiro-checkout-'))
  const demo = await startDemo({
    ...{ startServer, ports: freePorts, database: join(folder, 'demo.db') },
    ...{ logLevel: 'error', api },
  })
  const browser = await openBrowser()
  const close = async () => {
    await browser.close()
    await demo.close()
    await rm(folder, { recursive: true, force: true })
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

async function openBrowser(): Promise<Browser> {
  const { executablePath, env, args } = await findBrowser()
  return await launch({
    executablePath,
    // The shop follows the browser's language.
    args: [...args, '--accept-lang=is'],
    env: { ...process.env, ...env },
    // What the small chrome-headless-shell understands as well as a full Chrome.
    headless: 'shell',
    protocolTimeout: 30_000,
  })
}
