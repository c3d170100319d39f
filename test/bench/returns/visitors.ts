import { launch } from 'puppeteer-core'
import type { Browser } from 'puppeteer-core'
import { findEngine } from '../../engines/engines.ts'
import type { EngineName } from '../../engines/engines.ts'
import { openWebKit } from '../../engines/webkit.ts'
import { findBrowser } from '../../support/browser.mjs'
import type { Visitor } from './visitor.ts'

async function launchPuppeteer(name: 'chromium' | 'firefox'): Promise<Browser> {
  const { executablePath } = await findEngine(name)
  if (name === 'firefox') return launch({ browser: 'firefox', executablePath, headless: true })
  const { env, args } = await findBrowser()
  return launch({
    ...{ executablePath, headless: true, env: { ...process.env, ...env } },
    // Otherwise no page is kept for the way back.
    ...{ args: [...args], ignoreDefaultArgs: ['--disable-back-forward-cache'] },
  })
}

async function withPuppeteer(name: 'chromium' | 'firefox'): Promise<Visitor> {
  const browser = await launchPuppeteer(name)
  const page = await browser.newPage()
  const other = await browser.newPage()
  await page.bringToFront()
  const devtools = name === 'chromium' ? await page.createCDPSession() : undefined
  const go = async (url: string): Promise<void> => {
    await page.goto(url)
  }
  return {
    open: go,
    read: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    leaveTab: () => other.bringToFront(),
    returnToTab: () => page.bringToFront(),
    follow: go,
    back: async () => {
      await page.goBack({ waitUntil: [] })
    },
    ...(devtools && {
      freeze: (isFrozen) =>
        devtools.send('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' }),
      goOffline: (isOffline) => page.setOfflineMode(isOffline),
    }),
    close: () => browser.close(),
  }
}

const shown = { x: 0, y: 0, width: 1_024, height: 768 }

async function withWebKit(): Promise<Visitor> {
  const { executablePath } = await findEngine('webkit')
  const webkit = await openWebKit(executablePath)
  const { driver } = webkit
  return {
    open: (url) => driver.get(url),
    read: (expression) => driver.executeScript(`return ${expression}`),
    // Its driver shows no other tab; the page sees no difference.
    leaveTab: () => driver.manage().window().minimize(),
    returnToTab: () => driver.manage().window().setRect(shown),
    follow: (url) => driver.get(url),
    back: () => driver.navigate().back(),
    close: () => webkit.close(),
  }
}

/** @throws EngineMissing where it is neither installed nor can be. */
export const openVisitor = (name: EngineName): Promise<Visitor> =>
  name === 'webkit' ? withWebKit() : withPuppeteer(name)
