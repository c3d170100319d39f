import { describe, test } from 'node:test'
import { ProtocolError } from 'puppeteer-core'
import { engine } from './engine.ts'
import { notInFirefox } from './exceptions.ts'

const withoutScenario = new Set(Object.keys(notInFirefox))

/** Registers a test. node:test's promise is only for nested tests. */
export function scenario(title: string, run: () => Promise<void> | void): void {
  withoutScenario.delete(title)
  const skip = (engine === 'firefox' && notInFirefox[title]) || false
  void test(title, { skip }, async () => {
    try {
      await run()
    } catch (error) {
      if (!isChromeTimeout(error)) throw error
      await run()
    }
  })
}

/** The exceptions that name no scenario. */
export const unusedExceptions = (): readonly string[] => [...withoutScenario]

/** Chrome itself stops answering once in many runs. That is no fault of the shop, so the scenario runs once more. */
const isChromeTimeout = (error: unknown): boolean =>
  error instanceof ProtocolError && error.message.includes('timed out')

export function scenarioGroup(title: string, scenarios: () => void): void {
  void describe(title, scenarios)
}
