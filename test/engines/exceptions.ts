import type { EngineName } from './engines.ts'

/** What an engine lacks, so that a test cannot pass in it. A test that passes all the same must leave this list. */
export interface Exception {
  readonly engine: EngineName
  readonly file: string
  /** How the title begins, with those of the groups before it; empty for all of the file. */
  readonly test: string
  readonly reason: string
}

const reading = 'test/widget/reading.test.ts'
const noTree = 'the accessibility tree is read by the DevTools protocol, which only Chromium speaks'

export const exceptions: readonly Exception[] = [
  { engine: 'firefox', file: reading, test: '', reason: noTree },
]
