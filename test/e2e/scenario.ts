import { describe, test } from 'node:test'
import { ProtocolError } from 'puppeteer-core'

/** Registers a test. node:test's promise is only for nested tests. */
export function scenario(title: string, run: () => Promise<void> | void): void {
  void test(title, async () => {
    try {
      await run()
    } catch (error) {
      if (!isChromeTimeout(error)) throw error
      await run()
    }
  })
}

/** Chrome itself stops answering once in many runs. That is no fault of the shop, so the scenario runs once more. */
const isChromeTimeout = (error: unknown): boolean =>
  error instanceof ProtocolError && error.message.includes('timed out')

export function scenarioGroup(title: string, scenarios: () => void): void {
  void describe(title, scenarios)
}
