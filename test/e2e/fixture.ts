import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, type Browser, type BrowserContext } from 'puppeteer-core'
import { startDemo, type Demo } from '../../demo/demo.ts'
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

export async function openFixture(api: 'v1' | 'v2' = 'v1'): Promise<Fixture> {
  const { executablePath, env, args } = await findBrowser()
  const folder = await mkdtemp(join(tmpdir(), 'netgiro-checkout-'))
  const ports = { simulator: 0, avarda: 0, server: 0, storefront: 0 }
  const demo = await startDemo({
    ...{ startServer, ports, database: join(folder, 'demo.db') },
    ...{ logLevel: 'error', api },
  })
  const browser = await launch({
    executablePath,
    // The shop follows the browser's language.
    args: [...args, '--accept-lang=is'],
    env: { ...process.env, ...env },
    // What the small chrome-headless-shell understands as well as a full Chrome.
    headless: 'shell',
    protocolTimeout: 30_000,
  })
  const close = async () => {
    await browser.close()
    await demo.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { demo, browser, close }
}
