import { describe, test } from 'node:test'
import { ProtocolError } from 'puppeteer-core'

/** node:test also returns promises, for those who run tests inside tests; here nobody waits for them. */
export function scenario(sentence: string, happens: () => Promise<void> | void): void {
  void test(sentence, async () => {
    try {
      await happens()
    } catch (error) {
      if (!isSilence(error)) throw error
      await happens()
    }
  })
}

/** Chrome itself falls silent once in many runs. That says nothing of the shop, so the story is told once more. */
const isSilence = (error: unknown): boolean =>
  error instanceof ProtocolError && error.message.includes('timed out')

export function scenarioStep(title: string, stories: () => void): void {
  void describe(title, stories)
}
