import { describe, test } from 'node:test'

/** node:test also returns promises, for those who run tests inside tests; here nobody waits for them. */
export function story(sentence: string, happens: () => Promise<void> | void): void {
  void test(sentence, happens)
}

export function chapter(title: string, stories: () => void): void {
  void describe(title, stories)
}
