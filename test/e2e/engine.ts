import { parseArgs } from 'node:util'
import type { LaunchOptions } from 'puppeteer-core'
import { engineNames, findEngine } from '../engines/engines.ts'
import type { EngineName } from '../engines/engines.ts'
import { findBrowser } from '../support/browser.mjs'

const { values } = parseArgs({
  options: { engine: { type: 'string', default: 'chromium' } },
  // The runners have options of their own.
  strict: false,
})
const chosen = engineNames.find((name) => name === values.engine)
if (!chosen) throw new Error(`--engine is one of ${engineNames.join(', ')}`)

/** The engine that the scenarios run in. */
export const engine: EngineName = chosen

/** How to start it, so that the shop, which follows the browser's language, is in Icelandic. */
export async function launchOptions(): Promise<LaunchOptions> {
  if (engine === 'firefox') {
    const { executablePath } = await findEngine(engine)
    const extraPrefsFirefox = { 'intl.accept_languages': 'is' }
    return { browser: 'firefox', executablePath, headless: true, extraPrefsFirefox }
  }
  const { executablePath, env, args } = await findBrowser()
  return {
    executablePath,
    args: [...args, '--accept-lang=is'],
    env: { ...process.env, ...env },
    // What the small chrome-headless-shell understands as well as a full Chrome.
    headless: 'shell',
  }
}
